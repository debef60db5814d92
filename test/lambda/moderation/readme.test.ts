/** The tables of docs/accuracy.md are made from the corpus: `UPDATE=1 npx vitest run test/lambda/moderation/readme`. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { type CorpusCase, corpusWords, readCorpus } from "./corpus.ts";

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
  const caught = bySection(readCorpus("must-match.txt"))
    .map(telling)
    .map((shown) => `| ${shown.section} | ${cell(plain(shown.written))} | ${cell(starred(shown))} |`);
  const list = (name: "must-not-match.txt" | "does-not-catch.txt"): string[] =>
    bySection(readCorpus(name))
      .map(telling)
      .map((shown) => `| ${shown.section} | ${cell(shown.written)} |`);
  const lines = (name: "must-match.txt" | "must-not-match.txt" | "does-not-catch.txt"): number =>
    readCorpus(name).length;
  return [
    "<!-- accuracy -->",
    "<!-- Made from test/fixtures/corpus/ by test/lambda/moderation/readme.test.ts: UPDATE=1 writes it anew. -->",
    "",
    `**Catches** (${lines("must-match.txt")} lines of the corpus, in more than 30 languages):`,
    "",
    "| Rule | Text | Becomes |",
    "|---|---|---|",
    ...caught,
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
