/**
 * The quick look at a character: one number for each UTF-16 unit. From FIRST_LETTER on it is the letter that the
 * character stands for, coarse in that a letter with a Latin look-alike is that; what needs a closer look has a
 * small number. Filled in as characters are met.
 */
import { type Glyph, glyphOf, KIND, takesVowels } from "../reading/glyph.ts";
import { LEET } from "../reading/leet.ts";

export const CLASS = {
  unknown: 0,
  other: 1,
  blank: 2,
  skipped: 3,
  symbol: 4,
  /** A letter of a script without blanks. */
  spaceless: 5,
  /** Readings that differ more than coarsely: only the matcher can tell. */
  rare: 6,
  surrogate: 7,
  vowel: 8,
  /** An i at the beginning of a word, within one it may be an l. */
  capitalI: 9,
} as const;

export const FIRST_LETTER = 32;

/** The class of each UTF-16 unit. */
export const CLASSES = new Uint16Array(0x10000);
/** The coarse letter of each unit that has been met, also where its class is no letter. */
export const LETTERS = new Uint16Array(0x10000);
CLASSES.fill(CLASS.surrogate, 0xd800, 0xe000);

/** A letter, coarsely. */
export function coarse(letter: number): number {
  if (letter >= 0x61 && letter <= 0x7a) return letter;
  const leet = LEET.get(String.fromCodePoint(letter));
  if (leet !== undefined) return leet.charCodeAt(0);
  if (letter < 0x80) return letter;
  const latin = glyphOf(letter).letters[0]?.find((reading) => reading !== letter);
  if (latin !== undefined) return coarse(latin);
  return letter > 0xffff ? 0x8000 | (letter & 0x7fff) : letter;
}

/** The one coarse letter of a glyph, or 0 where it has none, or several, or stands for several. */
function coarseOf(glyph: Glyph): number {
  if (glyph.letters.length !== 1) return 0;
  let found = 0;
  for (const readings of glyph.letters) {
    for (const reading of readings) {
      const letter = coarse(reading);
      if (found !== 0 && letter !== found) return 0;
      found = letter;
    }
  }
  return found;
}

function classOf(glyph: Glyph): number {
  if (isComposed(glyph.letters[0]?.[0] ?? 0)) return CLASS.rare;
  switch (glyph.kind) {
    case KIND.blank:
      return CLASS.blank;
    case KIND.mark:
    case KIND.invisible:
      return CLASS.skipped;
    case KIND.vowel:
      return coarseOf(glyph) === 0 ? CLASS.rare : CLASS.vowel;
    case KIND.other:
      return CLASS.other;
    case KIND.symbol:
      return coarseOf(glyph) === 0 && glyph.char !== "!" ? CLASS.rare : CLASS.symbol;
    default: {
      if (glyph.char === "I") return CLASS.capitalI;
      const letter = coarseOf(glyph);
      if (letter === 0 || (glyph.kind === KIND.letter && takesVowels(glyph) && letter < 0x900)) {
        return CLASS.rare;
      }
      return glyph.noBlank ? CLASS.spaceless : letter;
    }
  }
}

/** At the edge of a word, where it mostly stands, an exclamation mark is an i if it is a letter. */
const EDGE_EXCLAMATION = 0x69;

/** Does it compose with its neighbours: a Hangul letter, a voicing mark of kana? */
const isComposed = (point: number): boolean =>
  (point >= 0x1100 && point <= 0x11ff) || point === 0x3099 || point === 0x309a;

/** The class of a unit that was not met before. */
export function learn(unit: number): number {
  const glyph = glyphOf(unit);
  const found = classOf(glyph);
  CLASSES[unit] = found;
  LETTERS[unit] = found >= FIRST_LETTER ? found : glyph.char === "!" ? EDGE_EXCLAMATION : coarseOf(glyph);
  return found;
}

const WIDE = new Map<number, { readonly kind: number; readonly letter: number }>();

/** Class and coarse letter of a code point outside the basic plane, or of a lone surrogate. */
export function wideClass(point: number): { readonly kind: number; readonly letter: number } {
  const known = WIDE.get(point);
  if (known !== undefined) return known;
  const glyph = glyphOf(point);
  const found = { kind: classOf(glyph), letter: coarseOf(glyph) };
  WIDE.set(point, found);
  return found;
}
