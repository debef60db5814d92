/**
 * The door of the moderation engine: a list of words in, a function that stars them out back.
 *
 *     text -> scan (which stretches may hold a word?) -> match (which do?) -> scripts, allow list -> mask
 */

import { compileTerm } from "./list/term.ts";
import { PlainWords } from "./prefilter/plain-words.ts";
import { findSuspects } from "./prefilter/suspects.ts";
import { APOSTROPHES } from "./reading/apostrophes.ts";
import { BARRIER_STARS } from "./reading/characters.ts";
import { glyphOf, KIND } from "./reading/glyph.ts";
import { countGraphemes, mask } from "./result/mask.ts";
import { disjoint, type Span, withoutAllowed } from "./result/overlaps.ts";
import { withoutForeign } from "./search/foreign.ts";
import { type Found, Search } from "./search/search.ts";
import { Trie } from "./search/trie.ts";

/** A hit: half-open UTF-16 offsets into the original text, and the entry it hit, as written in the list. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly word: string;
}

export interface Moderated {
  /** The text with one star for each grapheme of each hit; everything else as it was. */
  readonly text: string;
  /** Ordered and disjoint. */
  readonly matches: readonly Match[];
}

export interface Moderator {
  moderate(text: string): Moderated;
}

export interface ModeratorOptions {
  /** What to star out. See `entry.ts` for what an entry may look like. */
  readonly words: readonly string[];
  /** What is never starred, although an entry of `words` would match in it. Only what is written as it is counts. */
  readonly allow?: readonly string[] | undefined;
}

/** A mask can bring together what it stood between; after so many rounds no list that people write has more to find. */
const MAX_ROUNDS = 8;
const NOTHING: readonly Match[] = Object.freeze([]);

/** Compile a list once; throws on an empty list and on an entry that can never match. */
export function createModerator({ words, allow = [] }: ModeratorOptions): Moderator {
  if (words.length === 0) throw new Error("unable to moderate; the word list is empty");
  const banned = createFinder(words);
  const allowed = allow.length > 0 ? createFinder(allow, true) : undefined;

  const findSpans = (text: string): Span[] | undefined => {
    const found = banned(text);
    if (found === undefined) return undefined;
    const rightful = withoutForeign(text, found);
    const left = allowed === undefined ? rightful : withoutAllowed(rightful, allowed(text) ?? []);
    return disjoint(left.map(({ start, end, term }) => ({ start, end, word: term.entry.written })));
  };

  return {
    moderate(text) {
      let matches = findSpans(text);
      if (matches === undefined || matches.length === 0) return { text, matches: NOTHING };
      for (let round = 1; round < MAX_ROUNDS && matches.some((match) => mayUncover(text, match)); round += 1) {
        const more = findSpans(mask(text, matches, padded));
        if (more === undefined || more.length === 0) break;
        matches = disjoint([...matches, ...more]);
      }
      return { text: mask(text, matches), matches };
    },
  };
}

type Finder = (text: string) => readonly Found[] | undefined;

function createFinder(entries: readonly string[], isExact = false): Finder {
  const terms = entries.map((entry) => compileTerm(entry, isExact));
  const search = new Search(new Trie(terms));
  const plain = new PlainWords(terms);
  return (text) => {
    const suspects = findSuspects(text, plain);
    if (suspects.length === 0) return undefined;
    if (suspects.length === 2) return search.find(text, suspects[0] as number, suspects[1] as number);
    const found: Found[] = [];
    for (let at = 0; at < suspects.length; at += 2) {
      found.push(...search.find(text, suspects[at] as number, suspects[at + 1] as number));
    }
    return found;
  };
}

/** Could the text around a mask be another word once the mask is there? */
function mayUncover(text: string, { start, end }: Span): boolean {
  if (end < text.length && APOSTROPHES.includes(text.charAt(end))) return true;
  return (
    touches(text, start - 1, -1) || touches(text, end, 1) || countGraphemes(text.slice(start, end)) < BARRIER_STARS
  );
}

/** Is the nearest visible character from here a part of a word? */
function touches(text: string, from: number, step: 1 | -1): boolean {
  for (let at = from; at >= 0 && at < text.length; at += step) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdfff) return true;
    const { kind } = glyphOf(unit);
    if (kind === KIND.invisible || kind === KIND.mark) continue;
    return kind === KIND.letter || kind === KIND.digit || kind === KIND.vowel || kind === KIND.symbol;
  }
  return false;
}

/** Soft hyphens are not there for the engine: they keep the offsets where they were. */
const padded = (stars: string, length: number): string => stars.padEnd(length, "\u00ad").slice(0, length);

export { parseWordList, type WordList } from "./list/parse-list.ts";
export { disguisesOf } from "./result/disguises.ts";
