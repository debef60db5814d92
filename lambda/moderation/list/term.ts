/** An entry compiled to the letters it consists of. */
import { KIND } from "../reading/glyph.ts";
import { GAP, Items, readItems } from "../reading/items.ts";
import { APOSTROPHES } from "../reading/leet.ts";
import { type Entry, readEntry } from "./entry.ts";

/** Stands for the blanks between the words of a phrase. */
export const SPACE = 0x20;
/** Stands for blanks with punctuation, as in `Mr. Smith`. */
export const LOOSE_SPACE = 0x09;

export interface Term {
  readonly entry: Entry;
  /** The letters, with SPACE between the words of a phrase. */
  readonly letters: readonly number[];
  /** May a hit begin, or end, in the middle of a word? */
  readonly anyStart: boolean;
  readonly anyEnd: boolean;
  /** How many words it has. */
  readonly words: number;
  /** Is it written with an apostrophe, so that one in the text is no sign of other words: `he'll`? */
  readonly hasApostrophe: boolean;
  /** How many letters it has, blanks not counted. */
  readonly size: number;
}

const SCRATCH = new Items();

/** Compile an entry, or throw an Error that says why it can never match. */
export function compileTerm(written: string): Term {
  const entry = readEntry(written);
  const items = SCRATCH;
  readItems(entry.body, 0, entry.body.length, items);
  const letters: number[] = [];
  let words = 1;
  for (let i = 0; i < items.length; i += 1) {
    if (i > 0 && items.gap[i] === GAP.blank) {
      letters.push(items.mixed[i] === 1 ? LOOSE_SPACE : SPACE);
      words += 1;
    }
    for (const readings of items.glyph[i]?.letters ?? []) letters.push(readings[0] ?? 0);
  }
  if (!hasLetter(items)) throw new Error(`unable to use entry ${JSON.stringify(written)}; it has no letter`);
  return {
    entry,
    letters,
    anyStart: entry.openStart || items.noBlank[0] === 1,
    anyEnd: entry.openEnd || items.noBlank[items.length - 1] === 1,
    words,
    hasApostrophe: [...APOSTROPHES].some((char) => entry.body.includes(char)),
    size: letters.length - words + 1,
  };
}

function hasLetter(items: Items): boolean {
  return items.glyph.slice(0, items.length).some((glyph) => glyph?.named === true && glyph.kind !== KIND.vowel);
}
