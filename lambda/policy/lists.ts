/**
 * The named word lists of a policy, all in one moderator: a text costs one search, however many lists there are. An entry with `!` allows, in its own list.
 */

import { readEntry } from "../moderation/list/entry.ts";
import { isVaried } from "../moderation/list/lists.ts";
import { compileModerator } from "../moderation/moderator.ts";
import type { Words } from "./configured-words.ts";

/** A hit in a text: half-open UTF-16 offsets, the entry as it is written, and the list it stands in. */
export interface WordHit {
  readonly start: number;
  readonly end: number;
  readonly word: string;
  readonly list: string;
}

export interface WordLists {
  /** What these lists find, in order of the text within each list. */
  find(text: string, lists: readonly string[]): readonly WordHit[];
  /**
   * Load the tables of other ways of writing, where an entry asks for them (`~`). Before that, nothing can be found in such
   * lists.
   */
  load(): Promise<void>;
}

/** What is wrong with an entry of a list; undefined when nothing is. */
export function entryProblem(entry: string): string | undefined {
  try {
    readEntry(entry.trim().replace(/^!/, ""));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Compile the lists; `file` is what `words.txt` holds. Throws on an entry that can never match. */
export function compileLists(lists: Readonly<Record<string, "words.txt" | readonly string[]>>, file: Words): WordLists {
  const named = Object.entries(lists)
    .map(([name, entries]) => ({ name, ...(entries === "words.txt" ? file : split(entries)) }))
    // a list that only allows, or has nothing in it, finds nothing
    .filter(({ words }) => words.length > 0);
  if (named.length === 0) return { find: () => [], load: async () => undefined };
  const known = new Set(named.map(({ name }) => name));
  let moderator = compileModerator({ words: [], lists: named }, () => []);
  let isLoaded = !named.some(({ words }) => words.some(isVaried));
  return {
    async load() {
      if (isLoaded) return;
      const { variantsOf } = await import("../moderation/list/variants.ts");
      moderator = compileModerator({ words: [], lists: named }, variantsOf);
      isLoaded = true;
    },
    // each by itself, for which the text is searched once: of two hits in one place, a moderator tells one
    find(text, names) {
      if (!isLoaded) throw new Error("unable to ask word lists that are not loaded");
      return names.flatMap((list) => {
        const matches = known.has(list) ? moderator.moderate(text, [list]).matches : [];
        return matches.map(({ start, end, word }) => ({ start, end, word, list }));
      });
    },
  };
}

function split(entries: readonly string[]): Words {
  const written = entries.map((entry) => entry.trim());
  return {
    words: written.filter((entry) => !entry.startsWith("!")),
    allow: written.filter((entry) => entry.startsWith("!")).map((entry) => entry.slice(1)),
  };
}
