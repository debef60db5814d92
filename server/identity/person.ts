/**
 * Who a visitor is. The *person*, ten characters, belongs to a signed cookie and is who it is; the display name can change.
 * The client id that Ably verifies is `<name>.<person>`.
 */
import { randomInt } from "node:crypto";
import { displayName, personOf } from "../../lambda/person.ts";
import { limits } from "../limits.ts";
import { type NameCheck, type NameProblem, parseName } from "./names.ts";

export interface Identity {
  readonly name: string;
  readonly person: string;
}

/** The name of whoever has chosen none. */
export const DEFAULT_NAME = "Guest";
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"; // no 0/o, 1/l: people read it aloud
const LENGTH = 10;
const PERSON = /^[a-z2-9]{10}$/;

/** A new person: one of 32^10, so nobody is the same as another, and nobody guesses who else there is. */
export function newPerson(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** The person that belongs to a hash: the same for the same hash. */
export function personFrom(hash: Uint8Array): string {
  return Array.from(hash.subarray(0, LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

export const clientIdOf = ({ name, person }: Identity): string => `${name}.${person}`;

/** Reads `<name>.<person>`, the form of a client id and of the cookie; a name that nobody may have is nobody's. */
export function parseClientId(text: unknown, check: NameCheck): Identity | undefined {
  const person = parsePerson(text);
  if (person === undefined) return undefined;
  const written = displayName(String(text));
  const parsed = parseName(written, check);
  return "name" in parsed && parsed.name === written ? { name: written, person } : undefined;
}

function parsePerson(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > limits.clientIdLength || !text.includes(".")) return undefined;
  const person = personOf(text);
  return PERSON.test(person) ? person : undefined;
}

/** Whom a signed cookie remembers. When the name is not allowed any more, the person is still the same. */
export function remembered(cookie: unknown, check: NameCheck): Identity | undefined {
  const person = parsePerson(cookie);
  if (person === undefined) return undefined;
  return parseClientId(cookie, check) ?? { name: DEFAULT_NAME, person };
}

export interface IdentityRequest {
  /** What the signed cookie says. */
  readonly cookie: unknown;
  /** The client id that a tab has already. */
  readonly clientId: unknown;
  /** The name that somebody wants. */
  readonly name: unknown;
}

/**
 * The identity of one request. A tab that renews its token says which client id it has; it keeps it as long as it is the
 * cookie's person, so that a name chosen in one tab does not end the others.
 */
export function identify(request: IdentityRequest, check: NameCheck): Identity | NameProblem {
  const known = remembered(request.cookie, check) ?? { name: DEFAULT_NAME, person: newPerson() };
  if (request.name !== undefined && request.name !== "") {
    const parsed = parseName(request.name, check);
    return "name" in parsed ? { name: parsed.name, person: known.person } : parsed;
  }
  const renewing = parseClientId(request.clientId, check);
  return renewing?.person === known.person ? renewing : known;
}
