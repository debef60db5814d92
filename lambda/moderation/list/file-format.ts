/**
 * The format of a word list file: plain text with one entry a line, `#` for comments and `!` for allowed entries.
 * Comments before the first entry may be headers: `# match: exact` makes every entry an exact one, as if it began with `=`,
 * `# match: variants` takes its other ways of writing too, as if it began with `~`, and so does `# language: zh` for
 * languages that are written in several ways.
 */
import { readEntry } from "./entry.ts";

export interface WordList {
  readonly words: readonly string[];
  readonly allow: readonly string[];
  readonly duplicates: readonly Duplicate[];
  /** What the header says that the list's language is. */
  readonly language?: string;
}

/** An entry that stands in the list more than once; the first one counts. */
interface Duplicate {
  readonly entry: string;
  readonly line: number;
  readonly firstLine: number;
}

/** In small letters. */
const HEADER = /^#\s*(match|language):\s*([a-z-]+)$/;
/** Languages that are written in several ways. */
export const VARIED_LANGUAGES: ReadonlySet<string> = new Set("zh ja ko ar fa ur ru uk be bg sr mk".split(" "));

/** Parse a list file; throw an Error naming the line of the first bad entry. */
export function parseWordList(text: string): WordList {
  const words: string[] = [];
  const allow: string[] = [];
  const duplicates: Duplicate[] = [];
  const seen = new Map<string, number>();
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  let sign = "";
  let language: string | undefined;
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const entry = raw.trim();
    const [, header, value = ""] = (seen.size === 0 && HEADER.exec(entry.toLowerCase())) || [];
    if (header === "language") {
      language = value;
      if (sign === "" && VARIED_LANGUAGES.has(language)) sign = "~";
    } else if (header !== undefined) sign = signOf(value, line);
    if (entry === "" || entry.startsWith("#")) continue;
    const allowed = entry.startsWith("!");
    const spelling = allowed ? entry.slice(1).trim() : entry;
    const written = allowed || /^[=~]/.test(spelling) ? spelling : sign + spelling;
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
  return language === undefined ? { words, allow, duplicates } : { words, allow, duplicates, language };
}

/** The sign that a header `# match:` puts before each entry. */
function signOf(match: string, line: number): string {
  const signs: Readonly<Record<string, string>> = { exact: "=", variants: "~", disguised: "" };
  const sign = signs[match];
  if (sign === undefined) throw new Error(`word list, line ${line}: match is exact, disguised or variants`);
  return sign;
}

/** The key under which two spellings of an entry are the same one. */
function readLine(written: string, line: number): string {
  try {
    const { body, openStart, openEnd, exact, varied } = readEntry(written);
    return `${exact ? "=" : varied ? "~" : ""}${openStart ? "*" : ""}${body.normalize("NFKC").toLowerCase()}${openEnd ? "*" : ""}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`word list, line ${line}: ${reason}`, { cause: error });
  }
}
