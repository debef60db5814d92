/** Where words begin and end in a passage. */

import type { Term } from "../list/term.ts";
import { type Characters, GAP } from "../reading/characters.ts";
import { isFlagLetter } from "../reading/glyph.ts";
import { KIND } from "../reading/kind.ts";
import { MANNER, type Path } from "./paths.ts";

/** Is this character the first of a word? */
export function startsWord(characters: Characters, at: number): boolean {
  if (at === 0 || characters.gap[at] !== GAP.none) return true;
  if (isWithinFlag(characters, at)) return false;
  return characters.glyph[at - 1]?.kind === KIND.symbol || characters.noBlank[at - 1] !== characters.noBlank[at];
}

/** Does no letter stand directly before this character? */
export const standsAlone = (characters: Characters, at: number): boolean =>
  at === 0 || characters.gap[at] !== GAP.none || characters.glyph[at - 1]?.kind === KIND.symbol;

/** Does a word end with the last character of the path, if the term asks for that? */
export function endsWord(characters: Characters, { last, manner }: Path, term: Term): boolean {
  const after = characters.glyph[last + 1];
  if (after === undefined || characters.gap[last + 1] !== GAP.none) return true;
  if (after.kind === KIND.vowel) return false;
  if (after.kind === KIND.symbol) return !isWithinFlag(characters, last + 1);
  if ((manner & MANNER.blanks) !== 0) return characters.noBlank[last] === 1 && term.anyEnd;
  return term.anyEnd || characters.noBlank[last + 1] !== characters.noBlank[last];
}

/** Is it a half of a flag that directly follows another half? Both halves are letters, or both are signs. */
const isWithinFlag = (characters: Characters, at: number): boolean =>
  isFlagHalf(characters, at) && isFlagHalf(characters, at - 1);

export function isFlagHalf(characters: Characters, at: number): boolean {
  const glyph = characters.glyph[at];
  return glyph?.isEmoji === true && glyph.kind === KIND.symbol && isFlagLetter(glyph.char.codePointAt(0) ?? 0);
}
