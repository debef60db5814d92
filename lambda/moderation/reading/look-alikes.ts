/**
 * Look-alikes: which letters a character can be read as. Case and compatibility forms come from the JavaScript engine's
 * own Unicode data, look-alikes from the generated table, digits and symbols from `leet.ts`.
 */
import { isAscii, KIND, kindOf } from "./kind.ts";
import { LEET } from "./leet.ts";
import { LIKE, SAME } from "./look-alikes.generated.ts";

/** The rows of a table. They are searched as they are: each character is looked up once, and a map of all takes long to make. */
type Rows = readonly (readonly [letters: string, characters: string])[];
const SAME_ROWS: Rows = Object.entries(SAME);
const LIKE_ROWS: Rows = Object.entries(LIKE);

const lettersIn = (rows: Rows, char: string): string[] =>
  rows.filter(([, characters]) => characters.includes(char)).map(([letters]) => letters);

const code = (char: string): number => char.codePointAt(0) ?? 0;

/** Is it the same letter as another one, drawn in another script or style? */
export const isSameAsLetter = (char: string): boolean => SAME_ROWS.some(([, characters]) => characters.includes(char));

/** The value of a decimal digit of any script: digits come in runs of ten. */
function digitOf(char: string): string {
  const plain = char.normalize("NFKD");
  if (/^[0-9]$/.test(plain)) return plain;
  let steps = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code(char) - steps - 1))) steps += 1;
  return String(steps % 10);
}

const leetReadings = (char: string): number[] => [code(char), ...[...(LEET.get(char) ?? "")].map(code)];

/** The letters that a character stands for, in order; for each its own reading, then its look-alikes. */
export function lettersOf(char: string, depth = 0): number[][] {
  if (isAscii(char)) {
    const lower = char.toLowerCase();
    if (lower >= "a" && lower <= "z") return [[code(lower)]];
    return LEET.has(char) ? [leetReadings(char)] : [];
  }
  const kind = kindOf(char);
  if (kind === KIND.digit) return [leetReadings(digitOf(char))];
  if (LEET.has(char)) return [leetReadings(char)];
  const [known] = lettersIn(SAME_ROWS, char);
  const readings = lettersIn(LIKE_ROWS, char);
  if (known !== undefined) {
    if ([...known].length === 1) return [[code(known), ...readings.filter((way) => way.length === 1).map(code)]];
    return [...known].map((letter) => [code(letter)]);
  }
  if (depth < 4 && !isHangul(code(char)) && !isVoiced(char)) {
    const parts = char.normalize("NFKD");
    const folded = parts === char ? char.toUpperCase().toLowerCase() : parts;
    if (folded !== char && folded.trim() !== "") {
      const letters = spell(folded, depth);
      // a capital i looks like an l; for the ASCII one the search decides by its place
      const looks = [...(parts === "I" ? ["l"] : []), ...readings].map(code);
      const [only] = letters;
      if (letters.length === 0 && looks.length > 0) return [looks];
      if (letters.length !== 1 || only === undefined || looks.length === 0) return letters;
      return [[...only, ...looks.filter((look) => !only.includes(look))]];
    }
  }
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

const isHangul = (point: number): boolean => point >= 0xac00 && point <= 0xd7a3;
/** Kana with a voicing mark stay composed: the mark makes another sound. */
const isVoiced = (char: string): boolean =>
  /[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(char) && char.normalize("NFKC") === char;
