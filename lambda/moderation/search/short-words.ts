/**
 * Short entries: what keeps them from matching codes, abbreviations and laughter, such as `A50`, `fa6`, `U.S.` and
 * "kkkkkk".
 */
import type { Term } from "../list/term.ts";
import type { Characters } from "../reading/characters.ts";
import { KIND } from "../reading/kind.ts";
import type { Path } from "./paths.ts";

/** Fewer letters with something between them are single letters, not a word. */
export const MIN_BROKEN = 3;
/** From here on scripts write a syllable with one letter, so two letters can be a broken word. */
const FIRST_SYLLABLE = 0x900;
/** A longer entry is known by its letters. */
const SHORT = 3;
/** Digits that are seldom written for a letter, and often at the end of a name: `fa6`. */
const RARE_DIGITS = "2689";

/** Does the text of the path say a short entry by chance? */
export function isChance(characters: Characters, path: Path, term: Term): boolean {
  if (isBrokenPair(path, term)) return true;
  if (term.isOneLetter && term.words === 1 && path.last - path.first + 1 !== term.size) return true;
  return term.size <= SHORT && path.breaks === 0 && (isNumbered(characters, path, term) || isCode(characters, path));
}

/** Is the first letter repeated after a digit, as in `8bad`? */
const isNumbered = ({ glyph }: Characters, { first }: Path, { letters }: Term): boolean =>
  glyph[first]?.kind === KIND.digit &&
  letters.charAt(1) !== letters.charAt(0) &&
  glyph[first + 1]?.letters[0]?.includes(letters.charCodeAt(0)) === true;

const isBrokenPair = ({ breaks }: Path, { size, words, letters, signs }: Term): boolean =>
  breaks > words - 1 + signs.length && size < MIN_BROKEN && letters.charCodeAt(0) < FIRST_SYLLABLE;

/** Is it letters with a number after them: A50, x3, several M3s? */
function isCode({ glyph }: Characters, { first, last: end }: Path): boolean {
  const isPlural = glyph[end]?.char === "s" && glyph[end - 1]?.kind === KIND.digit;
  const last = isPlural ? end - 1 : end;
  let digits = last;
  while (digits >= first && glyph[digits]?.kind === KIND.digit) digits -= 1;
  const count = last - digits;
  if (count === 0 || digits < first) return false;
  let isCapital = true;
  for (let at = first; at <= digits; at += 1) {
    if (glyph[at]?.kind !== KIND.letter) return false;
    if (!/\p{Lu}/u.test(glyph[at]?.char ?? "")) isCapital = false;
  }
  const isPair = last - first + 1 < SHORT;
  return isCapital || isPair || (count === 1 && RARE_DIGITS.includes(glyph[last]?.char ?? ""));
}
