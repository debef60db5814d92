/**
 * What the documents say of disguises is what the corpus holds. The tables of docs/accuracy.md are made from it:
 * `UPDATE=1 npx vitest run test/lambda/moderation/readme`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { type CorpusCase, type CorpusFile, corpusWords, readCorpus } from "./corpus.ts";

const PAGE = new URL("../../../docs/accuracy.md", import.meta.url);
const BLOCK = /<!-- accuracy -->[\s\S]*?<!-- \/accuracy -->/;

const { moderate } = createModerator(corpusWords);

/** In a table cell: no line breaks, no bars, and what cannot be seen as it is written in the corpus. */
const cell = (text: string): string => `\`${text.replaceAll("|", "\\|").replaceAll("`", "'")}\``;

function bySection(cases: readonly CorpusCase[]): CorpusCase[][] {
  const sections = new Map<string, CorpusCase[]>();
  for (const found of cases) sections.set(found.section, [...(sections.get(found.section) ?? []), found]);
  return [...sections.values()];
}

/** The longest line of a section that fits into a table tells most. */
function telling(section: readonly CorpusCase[]): CorpusCase {
  const fitting = section.filter(({ written }) => written.length <= 48 && !written.includes("\\u{"));
  const longest = (fitting.length > 0 ? fitting : section).reduce((a, b) =>
    b.written.length > a.written.length ? b : a,
  );
  return longest;
}

const plain = (written: string): string => written.replaceAll("[[", "").replaceAll("]]", "");
const starred = ({ text }: CorpusCase): string => moderate(text).text.replaceAll("\n", "\\n");

function accuracy(): string {
  const hits = (name: CorpusFile): string[] =>
    bySection(readCorpus(name))
      .map(telling)
      .map((shown) => `| ${shown.section} | ${cell(plain(shown.written))} | ${cell(starred(shown))} |`);
  const list = (name: CorpusFile): string[] =>
    bySection(readCorpus(name))
      .map(telling)
      .map((shown) => `| ${shown.section} | ${cell(shown.written)} |`);
  const lines = (name: CorpusFile): number => readCorpus(name).length;
  return [
    "<!-- accuracy -->",
    "<!-- Made from test/fixtures/corpus/ by test/lambda/moderation/readme.test.ts: UPDATE=1 writes it anew. -->",
    "",
    `**Catches** (${lines("must-match.txt")} lines of the corpus, in more than 30 languages):`,
    "",
    "| Rule | Text | Becomes |",
    "|---|---|---|",
    ...hits("must-match.txt"),
    "",
    `**Must not catch** (${lines("must-not-match.txt")} lines):`,
    "",
    "| Rule | Text that stays as it is |",
    "|---|---|",
    ...list("must-not-match.txt"),
    "",
    "**Does not catch**, and you should know:",
    "",
    "| Gap | Text that gets through |",
    "|---|---|",
    ...list("does-not-catch.txt"),
    "",
    "**Stars wrongly**, and you should know:",
    "",
    "| Gap | Innocent text | Becomes |",
    "|---|---|---|",
    ...hits("stars-wrongly.txt"),
    "",
    'It is a heuristic: `npm run explain -- "text"` tells for any text what is starred and why.',
    "<!-- /accuracy -->",
  ].join("\n");
}

test("the tables of docs/accuracy.md say what the corpus says", () => {
  const page = readFileSync(PAGE, "utf8");
  if (process.env.UPDATE === "1")
    writeFileSync(
      PAGE,
      page.replace(BLOCK, () => accuracy()),
    );
  expect(BLOCK.exec(readFileSync(PAGE, "utf8"))?.[0]).toBe(accuracy());
});

describe("the examples of the documents", () => {
  const between = (page: string, from: string, to: string): string => {
    const text = readFileSync(new URL(`../../../${page}`, import.meta.url), "utf8");
    const start = text.indexOf(from);
    const end = text.indexOf(to, start + from.length);
    if (start < 0 || end < 0) throw new Error(`${page} has no part from ${from} to ${to}`);
    return text.slice(start, end);
  };
  /** What stands there as code and is neither a command, a path, an option nor a line of a list file. */
  const examplesIn = (part: string): string[] =>
    [...part.matchAll(/`([^`]+)`/g)]
      .map(([, code = ""]) => code)
      .filter((code) => !/^(?:npm |lambda\/|test\/|links: |# |\*$)/.test(code));
  const FILES = ["must-match.txt", "must-not-match.txt", "does-not-catch.txt", "stars-wrongly.txt"] as const;
  const lines = FILES.flatMap((file) => readCorpus(file).map(({ text }) => text));
  const entries = new Set([...corpusWords.words, ...corpusWords.allow]);
  const isHeld = (example: string): boolean =>
    entries.has(example) || lines.some((line) => ` ${line} `.includes(example));

  test.each([
    ["docs/accuracy.md", "## Rules that decide", "## Figures"],
    ["README.md", "2. **Disguise a word:**", "3. **Change the list:**"],
  ])("of %s are lines of the corpus or entries of its list", (page, from, to) => {
    const examples = examplesIn(between(page, from, to));
    expect(examples.length).toBeGreaterThan(2);
    expect(examples.filter((example) => !isHeld(example))).toEqual([]);
  });

  test("stand in docs/accuracy.md for each kind of which the corpus knows a gap", () => {
    const page = between("docs/accuracy.md", "## Rules that decide", "## Figures");
    for (const section of [
      ...bySection(readCorpus("does-not-catch.txt")),
      ...bySection(readCorpus("stars-wrongly.txt")),
    ]) {
      const examples = examplesIn(page);
      expect(
        section.some(({ text }) => examples.some((example) => text.includes(example))),
        section[0]?.section,
      ).toBe(true);
    }
  });
});
