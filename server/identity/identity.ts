/**
 * Who a visitor is: a display name and a suffix that belongs to a signed, HttpOnly cookie. The client id that Ably
 * verifies is `<name>.<suffix>`. The name can change, which makes another client id; the suffix stays with the browser.
 */
import { randomInt } from "node:crypto";

export interface Identity {
  readonly name: string;
  readonly suffix: string;
}

const DEFAULT_NAME = "Guest";
const SUFFIX_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"; // no 0/o, 1/l: people read it aloud
const SUFFIX = /^[a-z2-9]{6}$/;
const NAME = /^[\p{L}\p{M}\p{N} _'-]+$/u;
/** Letters and marks that nobody sees, such as the Hangul fillers: two names must not look the same. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const NAME_CHARACTERS = 24;

export type NameProblem = { readonly code: "invalid_name" | "name_refused"; readonly message: string };

/** The moderator's word on a name: true when nothing in it is banned. */
export type NameCheck = (name: string) => boolean;

/** A name as it will be shown, or what is wrong with it. */
export function parseName(value: unknown, isClean: NameCheck): { name: string } | NameProblem {
  const name = typeof value === "string" ? value.normalize("NFC").trim().replace(/ {2,}/g, " ") : "";
  const letters = [...new Intl.Segmenter().segment(name)].length;
  // A letter can carry any number of marks; a bound on code units keeps stacked ones out.
  const isWritten = NAME.test(name) && !INVISIBLE.test(name) && /[\p{L}\p{N}]/u.test(name);
  if (!isWritten || letters > NAME_CHARACTERS || name.length > 4 * NAME_CHARACTERS)
    return {
      code: "invalid_name",
      message: `A name has 1 to ${NAME_CHARACTERS} letters, digits, spaces, - _ or ' and at least one letter or digit.`,
    };
  if (!isClean(name)) return { code: "name_refused", message: "This name contains a word that is not allowed here." };
  return { name };
}

export function newIdentity(): Identity {
  const suffix = Array.from({ length: 6 }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]).join("");
  return { name: DEFAULT_NAME, suffix };
}

export function clientIdOf(identity: Identity): string {
  return `${identity.name}.${identity.suffix}`;
}

/** Reads `<name>.<suffix>`, the form of a client id and of the cookie. */
export function parseClientId(text: unknown, isClean: NameCheck): Identity | undefined {
  if (typeof text !== "string" || text.length > 200) return undefined;
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
