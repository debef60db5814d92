/** Tells whether masking a hit can make a new word of the text around it, so that the rest has to be read again. */
import { APOSTROPHES } from "../reading/apostrophes.ts";
import { BARRIER_STARS } from "../reading/characters.ts";
import { glyphOf } from "../reading/glyph.ts";
import { KIND } from "../reading/kind.ts";
import { countGraphemes } from "./mask.ts";

/**
 * Masking can join what stood on both sides of a hit, so the rest is read again. No list that people write finds
 * anything after so many rounds.
 */
export const MAX_ROUNDS = 8;

/** Could the text around a mask be another word once the mask is there? */
export function mayUncover(text: string, { start, end }: { readonly start: number; readonly end: number }): boolean {
  if (end < text.length && APOSTROPHES.includes(text.charAt(end))) return true;
  if (touches(text, start - 1, -1) || touches(text, end, 1)) return true;
  return countGraphemes(text.slice(start, end)) < BARRIER_STARS;
}

/** Is the nearest visible character from here a part of a word? */
function touches(text: string, from: number, step: 1 | -1): boolean {
  for (let at = from; at >= 0 && at < text.length; at += step) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdfff) return true;
    const { kind } = glyphOf(unit);
    if (kind === KIND.invisible || kind === KIND.mark) continue;
    return kind === KIND.letter || kind === KIND.digit || kind === KIND.vowel || kind === KIND.symbol;
  }
  return false;
}

/**
 * Lengthens stars to the length of what they mask, so that offsets stay the same. The engine does not see soft hyphens.
 */
export const padded = (stars: string, length: number): string => stars.padEnd(length, "\u00ad").slice(0, length);
