/** How a symbol may be read in its place: `!` is an i in `ch!cory` and the end of a sentence in `wow!`. */

import { type Characters, GAP } from "./characters.ts";
import type { Glyph } from "./glyph.ts";
import { KIND } from "./kind.ts";
import { CLOSING } from "./leet.ts";

/** At the edge of a word an exclamation mark is itself or an i, but no l. */
const EDGE_READINGS = 2;
/** The first reading of a symbol is the sign itself. */
const OWN_READING = 1;

/** Signs whose readings depend on their place. */
const PLACED = "([{<#!";

/** A capital i, or the l that it looks like. */
export const BAR: readonly number[] = [0x69, 0x6c];

/** Is this character a capital i directly behind a small letter? */
export function isBar({ glyph, gap }: Characters, at: number): boolean {
  return glyph[at]?.char === "I" && gap[at] === GAP.none && isBetween(glyph[at - 1], "a", "z");
}

/** How many of its readings a symbol has where it stands. */
export function countReadings(text: string, characters: Characters, at: number): number {
  const glyph = characters.glyph[at] as Glyph;
  const all = glyph.letters[0]?.length ?? 0;
  if (!PLACED.includes(glyph.char)) return all;
  if (glyph.named || glyph.letters.length > 1) return all;
  const before = at > 0 ? characters.glyph[at - 1] : undefined;
  const after = characters.glyph[at + 1];
  const closing = CLOSING.get(glyph.char);
  if (closing !== undefined) {
    const opens = characters.gap[at] !== GAP.none || before === undefined || CLOSING.has(before.char);
    const isClosed = opens && before !== glyph && lastOf(text, closing) > (characters.start[at] as number);
    return isClosed || (opens && isSentence(characters, at + 1)) ? OWN_READING : all;
  }
  if (glyph.char !== "#" && glyph.char !== "!") return all;
  const leads = characters.gap[at] !== GAP.none || before === undefined || before.kind === KIND.symbol;
  if (glyph.char === "#") return leads ? OWN_READING : all;
  const ends = characters.gap[at + 1] !== GAP.none || after === undefined || after.kind === KIND.symbol;
  if (!leads && !ends) return all;
  return after === glyph || before === glyph ? OWN_READING : EDGE_READINGS;
}

/** Does a word with a capital begin here, as in "(It is so"? */
const isSentence = ({ glyph, gap }: Characters, at: number): boolean =>
  isBetween(glyph[at], "A", "Z") && isBetween(glyph[at + 1], "a", "z") && gap[at + 1] === GAP.none;
const isBetween = (glyph: Glyph | undefined, first: string, last: string): boolean =>
  glyph !== undefined && glyph.char >= first && glyph.char <= last;

const LAST = new Map<string, number>();
let lastIn = "";

/** The last place of a character in the text. It is remembered, because each bracket asks for it. */
function lastOf(text: string, char: string): number {
  if (lastIn !== text) {
    lastIn = text;
    LAST.clear();
  }
  let found = LAST.get(char);
  if (found === undefined) {
    found = text.lastIndexOf(char);
    LAST.set(char, found);
  }
  return found;
}
