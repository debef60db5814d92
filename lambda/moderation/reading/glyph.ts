/**
 * A glyph: one character as the engine reads it, with its kind and the letters that it may stand for. It is worked out when
 * the character is first met, and then remembered.
 */
import { asciiKind, isAscii, KIND, type Kind, kindOf } from "./kind.ts";
import { LEET } from "./leet.ts";
import { isSameAsLetter, lettersOf } from "./look-alikes.ts";
import { isMarked, smallLetters } from "./marked.ts";

/** One character, read. */
export interface Glyph {
  readonly char: string;
  readonly kind: Kind;
  /** The letters it stands for, in order. Each has all its readings, its own letter first. */
  readonly letters: readonly (readonly number[])[];
  /** Is it a letter by name? A hit may consist of such characters alone. */
  readonly named: boolean;
  /** Is it of a script that is written without blanks? */
  readonly noBlank: boolean;
  /** Does it belong to the grapheme before it? */
  readonly attached: boolean;
  /** Is it an emoji of a letter, such as half a flag or 🅰? */
  readonly isEmoji: boolean;
  /** Does it carry a mark that makes another letter of it? */
  readonly marked: boolean;
}

// within functions, since a pattern with Unicode's tables is made when it is met: few texts need all of them
const isSpaceless = (char: string): boolean =>
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tai_Tham}\p{scx=New_Tai_Lue}\p{scx=Tai_Le}\p{scx=Tai_Viet}\p{scx=Javanese}\p{scx=Balinese}]/u.test(
    char,
  );
/**
 * Scripts from here on may be written without blanks. Those before have blanks, and so have styled letters, so
 * Unicode's table is loaded for the others only.
 */
const FIRST_SPACELESS = "\u0e00";
const isStyled = (char: string): boolean => /^[ -~]+$/.test(char.normalize("NFKD"));
const isEmojiLetter = (char: string): boolean => /[\p{Emoji_Presentation}\p{Regional_Indicator}🅰🅱🅾🅿Ⓜ]/u.test(char);
const isAttached = (char: string): boolean => /[\p{M}\p{Grapheme_Extend}\u200D]/u.test(char);

/** A regional indicator: two of them are a flag. */
export const isFlagLetter = (point: number): boolean => point >= 0x1f1e6 && point <= 0x1f1ff;

function readAscii(char: string): Glyph {
  const letters = lettersOf(char);
  const found = asciiKind(char);
  const kind = found === KIND.other && letters.length > 0 ? KIND.symbol : found;
  return {
    char,
    kind,
    letters,
    named: kind === KIND.letter,
    noBlank: false,
    attached: false,
    isEmoji: false,
    marked: false,
  };
}

function read(point: number): Glyph {
  const char = String.fromCodePoint(point);
  if (isAscii(char)) return readAscii(char);
  let kind = kindOf(char);
  const letters = lettersOf(char);
  const named =
    kind === KIND.letter || kind === KIND.vowel
      ? true
      : kind === KIND.other &&
        !LEET.has(char) &&
        letters.length > 0 &&
        (isSameAsLetter(char) || char.normalize("NFKD") !== char) &&
        /\p{So}/u.test(char);
  // Ⓐ and 🅰 are letters and nothing else; flags, ™ and 🆗 are signs as well
  if (kind === KIND.other && letters.length > 0) {
    kind = named && letters.length === 1 && !isFlagLetter(point) ? KIND.letter : KIND.symbol;
  }
  const noBlank = kind === KIND.letter && char >= FIRST_SPACELESS && !isStyled(char) && isSpaceless(char);
  const readable = kind === KIND.letter || kind === KIND.digit || kind === KIND.symbol || kind === KIND.vowel;
  return {
    char,
    kind,
    letters: readable ? (letters.length > 0 ? letters : [[point]]) : [],
    named: named && !/^\p{No}$/u.test(char),
    noBlank,
    attached: isAttached(char),
    isEmoji: named && isEmojiLetter(char),
    marked: kind === KIND.letter && isMarked(smallLetters(char)),
  };
}

const ASCII: (Glyph | undefined)[] = new Array(0x80).fill(undefined);
const REMEMBERED = new Map<number, Glyph>();

/** Read one code point. */
export function glyphOf(point: number): Glyph {
  const known = point < 0x80 ? ASCII[point] : REMEMBERED.get(point);
  if (known !== undefined) return known;
  const glyph = read(point);
  if (point < 0x80) ASCII[point] = glyph;
  else REMEMBERED.set(point, glyph);
  return glyph;
}

const VIRAMAS: ReadonlySet<number> = new Set([
  0x94d, 0x9cd, 0xa4d, 0xacd, 0xb4d, 0xbcd, 0xc4d, 0xccd, 0xd4d, 0xdca, 0x1039, 0x17d2,
]);

/** Does this sign join the letters around it into one? */
export const isVirama = (point: number): boolean => point >= FIRST_VIRAMA && VIRAMAS.has(point);
const FIRST_VIRAMA = 0x900;

/** Do vowel signs after this character belong to it? They do after letters of Indic and similar scripts. */
export const takesVowels = (glyph: Glyph): boolean => (glyph.letters.at(-1)?.[0] ?? 0) >= 0x900;
