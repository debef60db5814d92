/**
 * Protection against requests that a page of another site makes with a visitor's cookie (CSRF). Browsers tell where a
 * request comes from: in `Sec-Fetch-Site` on every request to a secure or local address, in `Origin` on every POST. A page
 * of another port or of a sibling domain counts as a page of another site.
 */
import type { Request, RequestHandler } from "express";
import { refuse } from "./errors.ts";
import { refusal } from "./refusals.ts";

/** Refuses what a page of another site asked for. A request that says nothing passes: no browser sent it, or it reads. */
export const notFromOtherSites: RequestHandler = (request, response, next) => {
  if (originOf(request) === "other") refuse(response, ...refusal("cross_site"));
  else next();
};

/** Refuses what our own page did not ask for, for all that changes something; also a request that does not say. */
export const ownPagesOnly: RequestHandler = (request, response, next) => {
  if (originOf(request) === "own") next();
  else refuse(response, ...refusal("cross_site"));
};

function originOf({ headers, secure }: Request): "own" | "other" | "unknown" {
  const { origin, host } = headers;
  const site = headers["sec-fetch-site"];
  if (site === "same-site" || site === "cross-site") return "other";
  if (origin !== undefined) {
    // Which scheme the page came by is known only where TLS ends here or at a proxy that says so.
    const isOurs = origin === `https://${host}` || (!secure && origin === `http://${host}`);
    return isOurs ? "own" : "other";
  }
  return site === "same-origin" ? "own" : "unknown";
}
