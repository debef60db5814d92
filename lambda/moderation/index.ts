/**
 * The door of the moderation engine: a list of words in, a function that stars them out back.
 *
 *     text -> prefilter (which words are plainly none of the list?) -> search (which of the rest are, however disguised?)
 *          -> words of other scripts, the allow list, links and code -> stars
 */

import { compileTerm } from "./list/term.ts";
import { findKept, type Kept, keptBy } from "./result/kept.ts";
import { mask } from "./result/mask.ts";
import { disjoint, withoutAllowed } from "./result/overlaps.ts";
import { mayUncover, padded } from "./result/uncover.ts";
import { Finder } from "./search/finder.ts";
import { withoutForeign } from "./search/foreign.ts";

/** A hit: half-open UTF-16 offsets into the original text, and the entry it hit, as written in the list. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly word: string;
  /** In what it stands that stars would break; a hit of a link is never told when links are kept. */
  readonly within?: Kept;
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
  /**
   * What becomes of hits in links, addresses, mentions, shortcodes, code and faces, which stars would break: `keep` lets
   * them be (the default), `report` tells of them and leaves the text as it is, `star` stars them like any other.
   */
  readonly links?: "keep" | "report" | "star" | undefined;
}

/** A mask can bring together what it stood between; after so many rounds no list that people write has more to find. */
const MAX_ROUNDS = 8;
const NOTHING: readonly Match[] = Object.freeze([]);

/** Compile a list once; throws on an empty list and on an entry that can never match. */
export function createModerator({ words, allow = [], links = "keep" }: ModeratorOptions): Moderator {
  if (words.length === 0) throw new Error("unable to moderate; the word list is empty");
  const banned = new Finder(words.map((word) => compileTerm(word)));
  const allowed = allow.length > 0 ? new Finder(allow.map((entry) => compileTerm(entry, true))) : undefined;

  const findMatches = (text: string): Match[] => {
    const found = banned.find(text);
    if (found.length === 0) return [];
    const rightful = withoutForeign(text, found);
    const left = allowed === undefined ? rightful : withoutAllowed(rightful, allowed.find(text));
    const standsIn = keptBy(findKept(text));
    const matches: Match[] = [];
    for (const { start, end, term } of left) {
      const within = standsIn({ start, end });
      const match = { start, end, word: term.entry.written };
      if (within === undefined) matches.push(match);
      else if (links !== "keep") matches.push({ ...match, within });
    }
    return disjoint(matches);
  };
  const isStarred = ({ within }: Match): boolean => within === undefined || links === "star";

  return {
    moderate(text) {
      let matches = findMatches(text);
      if (matches.length === 0) return { text, matches: NOTHING };
      let starred = matches.filter(isStarred);
      for (let round = 1; round < MAX_ROUNDS && starred.some((match) => mayUncover(text, match)); round += 1) {
        const known = starred.length;
        matches = disjoint([...matches, ...findMatches(mask(text, starred, padded))]);
        starred = matches.filter(isStarred);
        if (starred.length === known) break;
      }
      return { text: mask(text, starred), matches };
    },
  };
}

export { parseWordList, type WordList } from "./list/parse-list.ts";
export { disguisesOf } from "./result/disguises.ts";
