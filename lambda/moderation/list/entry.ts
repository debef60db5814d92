/**
 * One entry of a word list, as a person writes it: `potato`, a phrase, `=potato` for this spelling alone, or
 * `~картошка` for other ways of writing it as well. A star asks for matches inside longer words: `potato*`, `*potato*`.
 */

export interface Entry {
  /** As written in the list; this is what a match reports. */
  readonly written: string;
  /** The word itself, without its stars. */
  readonly body: string;
  /** May letters stand directly before or after a hit? */
  readonly openStart: boolean;
  readonly openEnd: boolean;
  /** Is only this spelling a hit, in capital or small letters? */
  readonly exact: boolean;
  /** Are other ways of writing it hits as well, such as traditional Chinese characters or Latin letters for Cyrillic? */
  readonly varied: boolean;
}

/** Longest entry in UTF-16 units: longer than any word or phrase that people list, short enough to bound the tables. */
const MAX_ENTRY_LENGTH = 200;

/** Read an entry, or throw an Error that says what is wrong with it. */
export function readEntry(written: string): Entry {
  const trimmed = written.trim();
  const quoted = JSON.stringify(written);
  if (trimmed === "") throw new Error("unable to use an empty entry");
  if (trimmed.length > MAX_ENTRY_LENGTH) {
    throw new Error(`unable to use entry ${quoted.slice(0, 40)}…; it is longer than ${MAX_ENTRY_LENGTH} characters`);
  }
  const exact = trimmed.startsWith("=");
  const varied = trimmed.startsWith("~");
  const spelling = exact || varied ? trimmed.slice(1).trim() : trimmed;
  if (/^[=~]/.test(spelling) && spelling !== trimmed) {
    throw new Error(`unable to use entry ${quoted}; it may begin with = or with ~, not with both`);
  }
  const openStart = spelling.startsWith("*");
  const openEnd = spelling.endsWith("*");
  const body = spelling.slice(openStart ? 1 : 0, openEnd ? -1 : undefined).trim();
  if (body.includes("*")) throw new Error(`unable to use entry ${quoted}; a star may stand only first or last`);
  if (!hasLetter(body)) throw new Error(`unable to use entry ${quoted}; it has no letter`);
  return { written, body, openStart, openEnd, exact, varied };
}

/** Most entries hold a letter a to z, which is told without Unicode's tables. */
const hasLetter = (text: string): boolean => /[A-Za-z]/.test(text) || /\p{L}/u.test(text);
