/**
 * The page's files. The document is made for one visitor: it brings the settings and a first token along, so that the
 * page need not ask for them. Nobody keeps it; everything it names has a hash in its name and keeps.
 */
import { join } from "node:path";
import { constants } from "node:zlib";
import type { TokenDetails } from "ably";
import compression from "compression";
import cookieParser from "cookie-parser";
import express, { type RequestHandler, type Response, Router } from "express";
import { isEmbedded } from "../../identity/browser-cookie.ts";
import { identityCookie } from "../../identity/identity-cookie.ts";
import { clientIdOf, identify } from "../../identity/person.ts";
import { limits } from "../../limits.ts";
import { readDocument, withStart } from "../documents.ts";
import { refuseVisit } from "../errors.ts";
import { type AuthDependencies, mayChat } from "./auth.ts";
import { type SettingsDependencies, settingsFor } from "./config.ts";

export interface PageDependencies extends AuthDependencies, SettingsDependencies {
  /** Where the built page is. */
  readonly folder: string;
}

/** How files are compressed: a browser fetches each once a year, so a few percent are worth some milliseconds more. */
const COMPRESSION = { brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } } };

/** Serves the built page at `/` and `/r/<room>`. */
export function pageRoutes(dependencies: PageDependencies): Router {
  const { folder, config, readRoom, sessionSecrets, limit } = dependencies;
  const router = Router();
  router.use(compression(COMPRESSION));
  router.get(["/", "/r/:room"], isPage, cookieParser([...sessionSecrets]), ...limit, async (request, response) => {
    const named = readRoom(request.params.room);
    if ("code" in named) return await refuseVisit(response, 404, named);
    const may = await mayChat(request, dependencies);
    // In a frame the page itself opens the window in which one signs in.
    if (!may && !isEmbedded(request)) {
      response.set("Cache-Control", "no-store").redirect(303, `/sign-in?to=${encodeURIComponent(request.path)}`);
      return;
    }
    const token = response.locals.isWithoutToken || !may ? null : await handOut(dependencies, response, named.room);
    const start = { settings: await settingsFor(dependencies, request, named.room), token };
    const document = await readDocument(folder, "index", request);
    response.set("Cache-Control", "no-store").type("html").send(withStart(document, start));
  });
  if (config.embedOrigins.length > 0) router.get("/embed.js", embedScript(folder));
  router.use(
    "/assets",
    express.static(join(folder, "assets"), { index: false, redirect: false, immutable: true, maxAge: "1y" }),
  );
  return router;
}

/** The script that puts the chat into another site's page: any site may read it, and only those named may show the chat. */
const embedScript =
  (folder: string): RequestHandler =>
  (_request, response) => {
    response.set("Cross-Origin-Resource-Policy", "cross-origin");
    response.sendFile("embed.js", { root: folder, maxAge: limits.embedScriptAgeMs });
  };

const isPage: RequestHandler = (_request, response, next) => {
  response.locals.isPage = true;
  next();
};

/** A token for whoever asks: somebody we know, or somebody new from now on. */
async function handOut(
  { issuer, checkName, banOf, count }: PageDependencies,
  response: Response,
  room: string | undefined,
): Promise<TokenDetails | null> {
  const request = response.req;
  const cookie = identityCookie.read(request);
  const identity = identify({ cookie, clientId: undefined, name: undefined }, checkName);
  if ("code" in identity) return null;
  const token = await issuer.sign(clientIdOf(identity), room);
  // The page asks `/auth` then, which says why. A ban after this look ends the token, which is older.
  if ((await banOf(identity.person)) !== undefined) return null;
  identityCookie.write(request, response, identity);
  count?.("issued");
  return token;
}
