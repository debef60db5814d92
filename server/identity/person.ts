/**
 * Who a visitor is: a display name and a suffix that belongs to a signed, HttpOnly cookie. The client id that Ably
 * verifies is `<name>.<suffix>`. The name can change, which makes another client id; the suffix stays with the browser.
 */
import { randomInt } from "node:crypto";
import { limits } from "../limits.ts";
import { type NameCheck, type NameProblem, parseName } from "./names.ts";

export interface Identity {
  readonly name: string;
  readonly suffix: string;
}

const DEFAULT_NAME = "Guest";
const SUFFIX_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"; // no 0/o, 1/l: people read it aloud
const SUFFIX = /^[a-z2-9]{6}$/;
export function newIdentity(): Identity {
  const suffix = Array.from({ length: 6 }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]).join("");
  return { name: DEFAULT_NAME, suffix };
}

export function clientIdOf(identity: Identity): string {
  return `${identity.name}.${identity.suffix}`;
}

/** Reads `<name>.<suffix>`, the form of a client id and of the cookie. */
export function parseClientId(text: unknown, isClean: NameCheck): Identity | undefined {
  if (typeof text !== "string" || text.length > limits.clientIdLength) return undefined;
  const dot = text.lastIndexOf(".");
  const suffix = text.slice(dot + 1);
  if (dot < 1 || !SUFFIX.test(suffix)) return undefined;
  const parsed = parseName(text.slice(0, dot), isClean);
  return "name" in parsed && parsed.name === text.slice(0, dot) ? { name: parsed.name, suffix } : undefined;
}

/**
 * The identity of one request. A tab that renews its token says which client id it has; it keeps it as long as the
 * suffix is the cookie's, so that a name chosen in one tab does not end the others.
 */
export function identify(
  request: { readonly cookie: unknown; readonly clientId: unknown; readonly name: unknown },
  isClean: NameCheck,
): Identity | NameProblem {
  const known = parseClientId(request.cookie, isClean) ?? newIdentity();
  if (request.name !== undefined && request.name !== "") {
    const parsed = parseName(request.name, isClean);
    return "name" in parsed ? { name: parsed.name, suffix: known.suffix } : parsed;
  }
  const renewing = parseClientId(request.clientId, isClean);
  return renewing?.suffix === known.suffix ? renewing : known;
}
