/**
 * Look-alikes: which letters a character can be read as. Case and compatibility forms come from the JavaScript engine's
 * own Unicode data, look-alikes from the generated table, digits and symbols from `leet.ts`.
 */
import { isAscii, KIND, kindOf } from "./kind.ts";
import { LEET } from "./leet.ts";
import { LIKE, SAME } from "./look-alikes.generated.ts";

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

/** Is it the same letter as another one, drawn in another script or style? */
export const isSameAsLetter = (char: string): boolean => lookalikes().same.has(char);

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
      // a capital i looks like an l; for the ASCII one the search decides by its place
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

const isHangul = (point: number): boolean => point >= 0xac00 && point <= 0xd7a3;
/** Kana with a voicing mark stay composed: the mark makes another sound. */
const isVoiced = (char: string): boolean =>
  /[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(char) && char.normalize("NFKC") === char;
