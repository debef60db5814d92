/** What a symbol may be read as where it stands. */

import type { Letters } from "../search/paths.ts";
import { type Glyph, KIND } from "./glyph.ts";
import { GAP, type Items } from "./items.ts";
import { CLOSING } from "./leet.ts";

/** An exclamation mark at the edge of a word is a sign of its sentence for the most part: itself or an i, no l. */
const EDGE_READINGS = 2;

/** The letters a symbol may be read as where it stands; none where it is plain punctuation. */
export function symbolLetters(text: string, items: Items, item: number): Letters {
  const glyph = items.glyph[item] as Glyph;
  if (glyph.named || glyph.letters.length > 1) return glyph.letters;
  return [symbolReadings(text, items, item, glyph)];
}

/** Where a character stands last in the text; remembered, since it is asked for bracket by bracket. */
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

const LAST = new Map<string, number>();
let lastIn = "";

function symbolReadings(text: string, items: Items, item: number, glyph: Glyph): readonly number[] {
  const readings = glyph.letters[0] ?? [];
  const isLetterAt = (index: number): boolean => {
    const other = items.glyph[index];
    return other !== undefined && other.kind !== KIND.symbol;
  };
  const leading = items.gap[item] !== GAP.none || !isLetterAt(item - 1);
  const trailing = items.gap[item + 1] !== GAP.none || !isLetterAt(item + 1);
  const closing = CLOSING.get(glyph.char);
  const opens = items.gap[item] !== GAP.none || item === 0 || CLOSING.has(items.glyph[item - 1]?.char ?? "");
  if (closing !== undefined && opens && items.glyph[item - 1] !== glyph) {
    const closed = lastOf(text, closing) > (items.start[item] ?? 0);
    return closed ? readings.slice(0, 1) : readings;
  }
  if (glyph.char === "#" && leading) return readings.slice(0, 1);
  if (glyph.char === "!" && (trailing || leading)) {
    const twice = items.glyph[item + 1] === glyph || items.glyph[item - 1] === glyph;
    return twice ? readings.slice(0, 1) : readings.slice(0, EDGE_READINGS);
  }
  return readings;
}
