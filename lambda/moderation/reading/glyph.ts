/**
 * What a character is and how it can be read. Case, compatibility forms, scripts and categories come from the
 * JavaScript engine's own Unicode data, look-alikes from the generated table, digits and symbols from `leet.ts`.
 * A character is worked out when it is first met and then remembered.
 */
import { LEET } from "./leet.ts";
import { LIKE, SAME } from "./look-alikes.generated.ts";
import { isMarked, smallLetters } from "./marked.ts";

export const KIND = {
  /** Letters, and numbers that are not read as letters: they make words. */
  letter: 1,
  digit: 2,
  /** A symbol that may be a letter or may stand between letters. */
  symbol: 3,
  /** A mark that is a letter of its script, such as a vowel sign of Devanagari or Thai. */
  vowel: 4,
  /** A mark that is ignored. */
  mark: 5,
  invisible: 6,
  blank: 7,
  /** Everything else; it stands between letters. */
  other: 8,
} as const;
type Kind = (typeof KIND)[keyof typeof KIND];

/** One character, read. */
export interface Glyph {
  readonly char: string;
  readonly kind: Kind;
  /** The letters it stands for, in order; each with its readings, its own one first. */
  readonly letters: readonly (readonly number[])[];
  /** Is it a letter by name, so that a hit may consist of such characters alone? */
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

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u0640]/u;
const BLANK = /[\p{White_Space}\u2800]/u;
const WORD = /[\p{L}\p{N}]/u;
const SPACELESS =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tai_Tham}\p{scx=New_Tai_Lue}\p{scx=Tai_Le}\p{scx=Tai_Viet}\p{scx=Javanese}\p{scx=Balinese}]/u;
/** The scripts before have blanks, and so have letters of another style; only for the others is the table loaded. */
const FIRST_SPACELESS = "\u0e00";
const isStyled = (char: string): boolean => /^[ -~]+$/.test(char.normalize("NFKD"));
/** Marks of alphabets and consonant scripts, where a word stays the same word without them. */
const LOOSE_MARK =
  /[\p{sc=Inherited}\p{sc=Common}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Coptic}\p{sc=Glagolitic}\p{sc=Nko}\p{sc=Samaritan}\p{sc=Mandaic}\p{sc=Thaana}\p{sc=Ethiopic}\p{sc=Adlam}\p{sc=Old_Permic}\p{sc=Duployan}]/u;
const VOICING = "\u3099\u309A";
const EMOJI = /[\p{Emoji_Presentation}\p{Regional_Indicator}🅰🅱🅾🅿Ⓜ]/u;
const ATTACHED = /[\p{M}\p{Grapheme_Extend}\u200D]/u;

const byChar = (table: Readonly<Record<string, string>>): Map<string, string[]> => {
  const map = new Map<string, string[]>();
  for (const [letters, chars] of Object.entries(table)) {
    for (const char of chars) map.set(char, [...(map.get(char) ?? []), letters]);
  }
  return map;
};

let tables: { same: Map<string, string[]>; like: Map<string, string[]> } | undefined;
const lookalikes = () => {
  tables ??= { same: byChar(SAME), like: byChar(LIKE) };
  return tables;
};

const code = (char: string): number => char.codePointAt(0) ?? 0;
const isAscii = (char: string): boolean => char < "\x80";

/** ASCII without regular expressions: a short list of plain words compiles without waiting for Unicode's tables. */
function asciiKind(char: string): Kind {
  if ((char >= "a" && char <= "z") || (char >= "A" && char <= "Z")) return KIND.letter;
  if (char >= "0" && char <= "9") return KIND.digit;
  if (char === " " || (char >= "\t" && char <= "\r")) return KIND.blank;
  return KIND.other;
}

function kindOf(char: string): Kind {
  if (isAscii(char)) return asciiKind(char);
  if (BLANK.test(char)) return KIND.blank;
  if (INVISIBLE.test(char)) return KIND.invisible;
  if (/\p{M}/u.test(char)) return LOOSE_MARK.test(char) && !VOICING.includes(char) ? KIND.mark : KIND.vowel;
  if (/\p{Nd}/u.test(char)) return KIND.digit;
  // modifier letters without a letter of their own are accents and apostrophes that stand alone
  if (/\p{Lm}/u.test(char) && /\p{sc=Common}/u.test(char) && !/[\p{scx=Hiragana}\p{scx=Katakana}]/u.test(char)) {
    return char.normalize("NFKD") === char ? KIND.other : KIND.letter;
  }
  return WORD.test(char) ? KIND.letter : KIND.other;
}

/** The value of a decimal digit of any script: digits come in runs of ten. */
function digitOf(char: string): string {
  const plain = char.normalize("NFKD");
  if (/^[0-9]$/.test(plain)) return plain;
  let steps = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code(char) - steps - 1))) steps += 1;
  return String(steps % 10);
}

const leetReadings = (char: string): number[] => [code(char), ...[...(LEET.get(char) ?? "")].map(code)];

/** The letters of a character: [own reading, look-alike readings...] for each. */
function lettersOf(char: string, depth = 0): number[][] {
  if (isAscii(char)) {
    const lower = char.toLowerCase();
    if (lower >= "a" && lower <= "z") return [[code(lower)]];
    return LEET.has(char) ? [leetReadings(char)] : [];
  }
  const kind = kindOf(char);
  if (kind === KIND.digit) return [leetReadings(digitOf(char))];
  if (LEET.has(char)) return [leetReadings(char)];
  const { same, like } = lookalikes();
  const known = same.get(char)?.[0];
  if (known !== undefined) {
    const readings = like.get(char) ?? [];
    if ([...known].length === 1) return [[code(known), ...readings.filter((way) => way.length === 1).map(code)]];
    return [...known].map((letter) => [code(letter)]);
  }
  if (depth < 4 && !isHangul(code(char)) && !isVoiced(char)) {
    const parts = char.normalize("NFKD");
    const folded = parts === char ? char.toUpperCase().toLowerCase() : parts;
    if (folded !== char && folded.trim() !== "") {
      const letters = spell(folded, depth);
      // a capital i is a bar, as an l is; in ASCII only the place tells
      const looks = [...(parts === "I" ? ["l"] : []), ...(like.get(char) ?? [])].map(code);
      const [only] = letters;
      if (letters.length === 0 && looks.length > 0) return [looks];
      if (letters.length !== 1 || only === undefined || looks.length === 0) return letters;
      return [[...only, ...looks.filter((look) => !only.includes(look))]];
    }
  }
  const readings = like.get(char) ?? [];
  if (kind === KIND.letter || kind === KIND.vowel) {
    return [[code(char), ...readings.filter((way) => way.length === 1).map(code)]];
  }
  return readings.length > 0 ? [readings.filter((way) => way.length === 1).map(code)] : [];
}

function spell(parts: string, depth: number): number[][] {
  const letters: number[][] = [];
  for (const part of parts) {
    const kind = kindOf(part);
    if (kind === KIND.letter || kind === KIND.vowel || kind === KIND.digit) letters.push(...lettersOf(part, depth + 1));
    else if (kind === KIND.other && parts.length === part.length) letters.push(...lettersOf(part, depth + 1));
  }
  return letters;
}

/** A regional indicator: two of them are a flag. */
export const isFlagLetter = (point: number): boolean => point >= 0x1f1e6 && point <= 0x1f1ff;

const isHangul = (point: number): boolean => point >= 0xac00 && point <= 0xd7a3;
/** Kana with a voicing mark stay composed: the mark makes another sound. */
const isVoiced = (char: string): boolean =>
  /[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(char) && char.normalize("NFKC") === char;

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

function read(char: string): Glyph {
  if (isAscii(char)) return readAscii(char);
  let kind = kindOf(char);
  const letters = lettersOf(char);
  const named =
    kind === KIND.letter || kind === KIND.vowel
      ? true
      : kind === KIND.other &&
        !LEET.has(char) &&
        letters.length > 0 &&
        (lookalikes().same.has(char) || char.normalize("NFKD") !== char) &&
        /\p{So}/u.test(char);
  // Ⓐ and 🅰 are letters and nothing else; flags, ™ and 🆗 are signs as well
  if (kind === KIND.other && letters.length > 0) {
    kind = named && letters.length === 1 && !isFlagLetter(code(char)) ? KIND.letter : KIND.symbol;
  }
  const noBlank = kind === KIND.letter && char >= FIRST_SPACELESS && !isStyled(char) && SPACELESS.test(char);
  const readable = kind === KIND.letter || kind === KIND.digit || kind === KIND.symbol || kind === KIND.vowel;
  return {
    char,
    kind,
    letters: readable ? (letters.length > 0 ? letters : [[code(char)]]) : [],
    named: named && !/^\p{No}$/u.test(char),
    noBlank,
    attached: ATTACHED.test(char),
    isEmoji: named && EMOJI.test(char),
    marked: kind === KIND.letter && isMarked(smallLetters(char)),
  };
}

const ASCII: (Glyph | undefined)[] = new Array(0x80).fill(undefined);
const REMEMBERED = new Map<number, Glyph>();

/** Read one code point. */
export function glyphOf(point: number): Glyph {
  const known = point < 0x80 ? ASCII[point] : REMEMBERED.get(point);
  if (known !== undefined) return known;
  const glyph = read(String.fromCodePoint(point));
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

/** Is it a mark or vowel sign that counts only after letters of such a script? */
export const takesVowels = (glyph: Glyph): boolean => (glyph.letters.at(-1)?.[0] ?? 0) >= 0x900;
