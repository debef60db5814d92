/**
 * The format of a word list file: plain text with one entry a line, `#` for comments and `!` for allowed entries. A
 * first line `# match: exact` makes every entry an exact one, as if it began with `=`.
 */
import { readEntry } from "./entry.ts";

export interface WordList {
  readonly words: readonly string[];
  readonly allow: readonly string[];
  readonly duplicates: readonly Duplicate[];
}

/** An entry that stands in the list more than once; the first one counts. */
interface Duplicate {
  readonly entry: string;
  readonly line: number;
  readonly firstLine: number;
}

const EXACT_HEADER = /^#\s*match:\s*exact$/i;

/** Parse a list file; throw an Error naming the line of the first bad entry. */
export function parseWordList(text: string): WordList {
  const words: string[] = [];
  const allow: string[] = [];
  const duplicates: Duplicate[] = [];
  const seen = new Map<string, number>();
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  let isExact = false;
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const entry = raw.trim();
    if (seen.size === 0 && EXACT_HEADER.test(entry)) isExact = true;
    if (entry === "" || entry.startsWith("#")) continue;
    const allowed = entry.startsWith("!");
    const spelling = allowed ? entry.slice(1).trim() : entry;
    const written = isExact && !allowed && !spelling.startsWith("=") ? `=${spelling}` : spelling;
    const body = readLine(written, line);
    const key = `${allowed ? "!" : ""}${body}`;
    const firstLine = seen.get(key);
    if (firstLine !== undefined) {
      duplicates.push({ entry: written, line, firstLine });
      continue;
    }
    seen.set(key, line);
    (allowed ? allow : words).push(written);
  }
  return { words, allow, duplicates };
}

/** The key under which two spellings of an entry are the same one. */
function readLine(written: string, line: number): string {
  try {
    const { body, openStart, openEnd, exact } = readEntry(written);
    return `${exact ? "=" : ""}${openStart ? "*" : ""}${body.normalize("NFKC").toLowerCase()}${openEnd ? "*" : ""}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`word list, line ${line}: ${reason}`, { cause: error });
  }
}
