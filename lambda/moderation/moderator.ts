/**
 * The moderator: lists of words in, a function that stars them out back.
 *
 *     text -> prefilter (which words are plainly none of the list?) -> search (which of the rest are, however disguised?)
 *          -> words of other scripts, the allow list, links and code -> stars
 */

import { CompiledLists, type ListName, type Lists } from "./list/lists.ts";
import type { VariantsOf } from "./list/term.ts";
import { findKept, type Kept, keptBy } from "./result/links-and-code.ts";
import { mask } from "./result/mask.ts";
import { disjoint, withoutAllowed } from "./result/overlaps.ts";
import { MAX_ROUNDS, mayUncover, padded } from "./result/uncover.ts";
import { Finder } from "./search/finder.ts";
import { withoutForeign } from "./search/foreign.ts";
import type { Found } from "./search/search.ts";

/** A hit: half-open UTF-16 offsets into the original text, and the entry it hit, as written in the list. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly word: string;
  /** The name of the entry's list. */
  readonly list?: string;
  /**
   * What the hit stands in, where stars would break that. A hit in a link is not reported at all when links are kept.
   */
  readonly within?: Kept;
}

export interface Moderated {
  /** The text with one star for each grapheme of each hit; everything else as it was. */
  readonly text: string;
  /** Ordered and disjoint. */
  readonly matches: readonly Match[];
}

export interface Moderator {
  /** Star out a text; `only` names the lists that count beside the entries without a list, all when absent. */
  moderate(text: string, only?: readonly string[]): Moderated;
}

export interface ModeratorOptions extends Lists {
  /** What to star out. See `entry.ts` for what an entry may look like. */
  readonly words: readonly string[];
  /**
   * Entries whose text is never starred, although a banned entry would match in it. They match as they are written,
   * without disguises.
   */
  readonly allow?: readonly string[] | undefined;
  /**
   * What becomes of hits in links, addresses, mentions, shortcodes, code and faces, which stars would break: `keep` lets
   * them be (the default), `report` tells of them and leaves the text as it is, `star` stars them like any other.
   */
  readonly links?: "keep" | "report" | "star" | undefined;
}

const NONE: readonly Found[] = [];
const NOTHING: readonly Match[] = Object.freeze([]);

/**
 * Compile lists into a moderator, with what tells the other ways of writing a word. Throws when there is no entry, and on an
 * entry that can never match.
 */
export function compileModerator({ links = "keep", ...options }: ModeratorOptions, variantsOf: VariantsOf): Moderator {
  const lists = new CompiledLists(options, variantsOf);
  if (lists.banned.length === 0) throw new Error("unable to moderate; the word list is empty");
  const banned = new Finder(lists.banned);
  const allowed = lists.allowed.length > 0 ? new Finder(lists.allowed) : undefined;

  // who asks for one list after the other asks about the same text
  const findRightful = ofTheLast((text) => {
    const found = banned.find(text);
    return found.length === 0 ? NONE : withoutForeign(text, found);
  });

  const findMatches = (text: string, only: readonly string[] | undefined): Match[] => {
    const hits = ofLists(lists, findRightful(text), only);
    if (hits.length === 0) return [];
    const left = withoutAllowedIn(lists, hits, allowed?.find(text) ?? NONE);
    const standsIn = keptBy(findKept(text));
    const matches: Match[] = [];
    for (const { start, end, term, list } of left) {
      const within = standsIn({ start, end });
      if (within !== undefined && links === "keep") continue;
      const word = term.entry.written;
      const match = list === undefined ? { start, end, word } : { start, end, word, list };
      matches.push(within === undefined ? match : { ...match, within });
    }
    return disjoint(matches);
  };
  const isStarred = ({ within }: Match): boolean => within === undefined;

  return {
    moderate(text, only) {
      let matches = findMatches(text, only);
      if (matches.length === 0) return { text, matches: NOTHING };
      let starred = links === "report" ? matches.filter(isStarred) : matches;
      for (let round = 1; round < MAX_ROUNDS && starred.some((match) => mayUncover(text, match)); round += 1) {
        const known = starred.length;
        matches = disjoint([...matches, ...findMatches(mask(text, starred, padded), only)]);
        starred = links === "report" ? matches.filter(isStarred) : matches;
        if (starred.length === known) break;
      }
      return { text: mask(text, starred), matches };
    },
  };
}

/** Remembers what came out for the last text. */
function ofTheLast<T>(make: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly made: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, made: make(text) };
    return last.made;
  };
}

/** A found term as an entry of one list. */
interface Hit extends Found {
  readonly list?: ListName;
}

/** The found terms, once for each list that they stand in and that counts. */
function ofLists(lists: CompiledLists, found: readonly Found[], only: readonly string[] | undefined): readonly Hit[] {
  if (!lists.areNamed) return found;
  const hits: Hit[] = [];
  for (const { start, end, term } of found) {
    for (const list of lists.namesOf(term)) {
      if (list === undefined) hits.push({ start, end, term });
      else if (only === undefined || only.includes(list)) hits.push({ start, end, term, list });
    }
  }
  return hits;
}

/**
 * Leave out what is allowed. An allowed entry without a list counts everywhere, one with a list only for hits of that
 * list.
 */
function withoutAllowedIn(lists: CompiledLists, hits: readonly Hit[], allowed: readonly Found[]): readonly Hit[] {
  if (allowed.length === 0) return hits;
  if (!lists.areNamed) return withoutAllowed(hits, allowed);
  const ofEach = new Map<ListName, Hit[]>();
  for (const hit of hits) {
    const known = ofEach.get(hit.list);
    if (known === undefined) ofEach.set(hit.list, [hit]);
    else known.push(hit);
  }
  return [...ofEach].flatMap(([list, some]) => {
    const spans = allowed.filter(({ term }) => lists.namesOf(term).some((name) => name === undefined || name === list));
    return withoutAllowed(some, spans);
  });
}
