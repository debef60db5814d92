/** The door of the moderation engine: a list of words in, a function that stars them out back. */
import { readEntry } from "./entry.ts";

/** A hit: half-open UTF-16 offsets into the original text, and the entry it hit, as written in the list. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly word: string;
}

export interface Moderated {
  /** The text with one star for each grapheme of each hit; everything else as it was. */
  readonly text: string;
  readonly matches: readonly Match[];
}

export interface Moderator {
  moderate(text: string): Moderated;
}

export interface ModeratorOptions {
  /** What to star out. See `entry.ts` for what an entry may look like. */
  readonly words: readonly string[];
  /** What is never starred, although an entry of `words` would match in it. */
  readonly allow?: readonly string[] | undefined;
}

/** Compile a list once; throws on an empty list and on an entry that can never match. */
export function createModerator({ words, allow = [] }: ModeratorOptions): Moderator {
  if (words.length === 0) throw new Error("unable to moderate; the word list is empty");
  const banned = compile(words);
  const allowed = allow.length > 0 ? compile(allow) : undefined;
  return {
    moderate(text) {
      const vetoes = allowed === undefined ? [] : find(text, allowed);
      const matches = find(text, banned).filter(
        (match) => !vetoes.some((veto) => veto.start <= match.start && match.end <= veto.end),
      );
      return { text: mask(text, matches), matches };
    },
  };
}

interface Compiled {
  readonly pattern: RegExp;
  readonly written: ReadonlyMap<string, string>;
}

const escapeSource = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

function compile(entries: readonly string[]): Compiled {
  const written = new Map<string, string>();
  const sources: string[] = [];
  for (const entry of entries.map(readEntry)) {
    const key = entry.body.toLowerCase();
    if (!written.has(key)) written.set(key, entry.written);
    const before = entry.openStart ? "" : "(?<![\\p{L}\\p{N}\\p{M}])";
    const after = entry.openEnd ? "" : "(?![\\p{L}\\p{N}\\p{M}])";
    sources.push(`${before}${escapeSource(key)}${after}`);
  }
  sources.sort((a, b) => b.length - a.length);
  return { pattern: new RegExp(sources.join("|"), "giu"), written };
}

function find(text: string, { pattern, written }: Compiled): Match[] {
  return Array.from(text.matchAll(pattern), (hit) => ({
    start: hit.index,
    end: hit.index + hit[0].length,
    word: written.get(hit[0].toLowerCase()) ?? hit[0],
  }));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function mask(text: string, matches: readonly Match[]): string {
  let result = "";
  let from = 0;
  for (const { start, end } of matches) {
    result += text.slice(from, start);
    for (const _ of graphemes.segment(text.slice(start, end))) result += "*";
    from = end;
  }
  return result + text.slice(from);
}
