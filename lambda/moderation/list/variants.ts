/**
 * Variants: other ways of writing a word, for entries that ask for them (`~entry`). Which there are follows from the script:
 * traditional and simplified Chinese, hiragana and katakana, the Arabic letters of other keyboards, Latin letters for
 * Cyrillic ones.
 */
import { lettersOf } from "../reading/look-alikes.ts";
import { ARABIC, CYRILLIC, ROMAN, STEPS, TRADITIONAL } from "./variants.generated.ts";

/** One character may have several traditional forms; more spellings than this are not made of one word. */
const MOST = 16;

/** The other spellings of a word, without the word itself. */
export function variantsOf(body: string): string[] {
  const word = body.toLowerCase();
  const found = new Set<string>();
  if (/\p{sc=Han}/u.test(word)) for (const way of chinese(word)) found.add(way);
  if (/[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(word)) for (const way of kana(word)) found.add(way);
  if (/\p{sc=Arabic}/u.test(word)) for (const way of arabic(word)) found.add(way);
  if (/\p{sc=Cyrillic}/u.test(word)) for (const way of latin(word)) found.add(way);
  found.delete(word);
  return [...found];
}

interface Chinese {
  readonly simplified: ReadonlyMap<string, string>;
  readonly traditional: ReadonlyMap<string, readonly string[]>;
}
let table: Chinese | undefined;

/** The table of Chinese characters, which is unpacked when it is first needed. */
function characters(): Chinese {
  if (table !== undefined) return table;
  const simplified = new Map<string, string>();
  const traditional = new Map<string, string[]>();
  let point = 0;
  for (const [index, step] of (STEPS.match(/\.[^.]+\.|[^.]/g) ?? []).entries()) {
    point += Number.parseInt(step.replaceAll(".", ""), 36);
    const [simple, full] = [String.fromCharCode(point), TRADITIONAL.charAt(index)];
    simplified.set(full, simple);
    traditional.set(simple, [...(traditional.get(simple) ?? []), full]);
  }
  table = { simplified, traditional };
  return table;
}

function chinese(word: string): string[] {
  const { simplified, traditional } = characters();
  const simple = [...word].map((char) => simplified.get(char) ?? char);
  return [simple.join(""), ...products(simple.map((char) => traditional.get(char) ?? [char]))];
}

/** From a hiragana to the katakana of the same sound. */
const TO_KATAKANA = 0x60;

function kana(word: string): string[] {
  const moved = (pattern: RegExp, by: number): string =>
    word.replace(pattern, (char) => String.fromCharCode(char.charCodeAt(0) + by));
  return [moved(/[\u3041-\u3096\u309d\u309e]/g, TO_KATAKANA), moved(/[\u30a1-\u30f6\u30fd\u30fe]/g, -TO_KATAKANA)];
}

function arabic(word: string): string[] {
  return products([...word].map((char) => ARABIC.find((group) => group.includes(char))?.split("") ?? [char]));
}

/** Cyrillic letters by each scheme, and as the Latin letters that they look like when not all of them do. */
function latin(word: string): string[] {
  const ways: string[] = [];
  for (const scheme of ROMAN) {
    const letters = scheme.split(" ");
    const written = [...word].map((char) => letters[CYRILLIC.indexOf(char)] ?? char).join("");
    if (!/\p{sc=Cyrillic}/u.test(written)) ways.push(written);
  }
  const looks = [...word].map(latinLook);
  const isNoTwin = looks.some((look) => look?.isSame === false);
  if (isNoTwin && looks.every((look) => look !== undefined)) ways.push(looks.map((look) => look?.letter).join(""));
  return ways;
}

/** Cyrillic letters that are drawn like a Latin one, and that no table has. */
const DRAWN_LIKE: ReadonlyMap<string, string> = new Map([
  ["п", "n"],
  ["ш", "w"],
]);

/** The Latin letter that a character looks like, and whether it is taken for that letter anyway. */
function latinLook(char: string): { readonly letter: string; readonly isSame: boolean } | undefined {
  const drawn = DRAWN_LIKE.get(char);
  if (drawn !== undefined) return { letter: drawn, isSame: false };
  const readings = lettersOf(char)[0] ?? [];
  const at = readings.findIndex((point) => point >= 0x61 && point <= 0x7a);
  return at < 0 ? undefined : { letter: String.fromCharCode(readings[at] as number), isSame: at === 0 };
}

/** All ways to take one of each. */
function products(choices: readonly (readonly string[])[]): string[] {
  let ways = [""];
  for (const choice of choices) {
    const next = ways.flatMap((way) => choice.map((char) => way + char));
    ways = next.length <= MOST ? next : ways.map((way) => way + (choice[0] ?? ""));
  }
  return ways;
}
