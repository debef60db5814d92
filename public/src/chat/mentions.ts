/** Mentions: an `@` and the name of somebody who is here or has spoken, where the name ends with the word. */
import { NO_NAME, type Who } from "../common/who.ts";
import { MENTIONS } from "./limits.ts";

/** The names that can be mentioned, as they are compared, with the lengths that they have. */
export interface Names {
  readonly names: ReadonlySet<string>;
  /** The longest first. */
  readonly lengths: readonly number[];
  /** One's own; empty where one has not chosen any. */
  readonly mine: string;
}

export interface Mention {
  readonly start: number;
  readonly end: number;
  readonly isMe: boolean;
}

/** As names are compared: the case of letters and how an accent is written make no difference. */
const compared = (name: string): string => name.normalize("NFC").toLowerCase();

/** The names of these people and of oneself. Whoever has not chosen one cannot be called by it. */
export function namesOf(people: readonly Who[], me: Who | null): Names {
  const given = new Set([...people, ...(me === null ? [] : [me])].map(({ name }) => name));
  for (const none of ["", NO_NAME]) given.delete(none);
  const lengths = [...new Set([...given].map(({ length }) => length))].sort((a, b) => b - a);
  const mine = me !== null && given.has(me.name) ? compared(me.name) : "";
  return { names: new Set([...given].map(compared)), lengths, mine };
}

/** The mentions in a text, in order; of a text with very many, the first. */
export function mentionsIn(text: string, { names, lengths, mine }: Names): Mention[] {
  const found: Mention[] = [];
  if (names.size === 0) return found;
  let looked = 0;
  for (const { index } of text.matchAll(/(?<![\p{L}\p{M}\p{N}@])@(?=[\p{L}\p{N}])/gu)) {
    looked += 1;
    if (looked > MENTIONS) break;
    const start = index + 1;
    const length = lengths.find(
      (one) =>
        names.has(compared(text.slice(start, start + one))) && !/^[\p{L}\p{M}\p{N}]/u.test(text.slice(start + one)),
    );
    if (length === undefined) continue;
    const name = compared(text.slice(start, start + length));
    found.push({ start: index, end: start + length, isMe: name === mine });
  }
  return found;
}
