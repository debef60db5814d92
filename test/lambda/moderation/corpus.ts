/** Reads the corpus: plain lines in sections, `#` for comments. */
import { readFileSync } from "node:fs";
import { parseWordList } from "../../../lambda/moderation/list/file-format.ts";

export interface CorpusCase {
  readonly section: string;
  readonly line: number;
  /** As it stands in the file. */
  readonly written: string;
  readonly text: string;
  /** The hits that the line marks with double brackets. */
  readonly hits: readonly { readonly start: number; readonly end: number }[];
}

const folder = new URL("../../fixtures/corpus/", import.meta.url);
const readText = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** The list that the corpus is moderated with. */
export const corpusWords = parseWordList(readText("words.txt"));

const unescaped = (text: string): string =>
  text
    .replace(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll("\\n", "\n");

/** What the engine does with the lines of each file. */
export type CorpusFile = "must-match.txt" | "must-not-match.txt" | "does-not-catch.txt" | "stars-wrongly.txt";
/** The files whose lines say in double brackets what is starred. */
const WITH_HITS: ReadonlySet<CorpusFile> = new Set(["must-match.txt", "stars-wrongly.txt"]);

export function readCorpus(name: CorpusFile): CorpusCase[] {
  const cases: CorpusCase[] = [];
  let section = "";
  for (const [index, written] of readText(name).split("\n").entries()) {
    if (written.startsWith("## ")) section = written.slice(3);
    if (written.trim() === "" || written.startsWith("# ") || written.startsWith("## ")) continue;
    const hits: { start: number; end: number }[] = [];
    let text = "";
    for (const piece of unescaped(written).split(/(\[\[|\]\])/)) {
      const last = hits.at(-1);
      if (piece === "[[" && WITH_HITS.has(name)) hits.push({ start: text.length, end: -1 });
      else if (piece === "]]" && last !== undefined) last.end = text.length;
      else text += piece;
    }
    cases.push({ section, line: index + 1, written, text, hits });
  }
  return cases;
}
