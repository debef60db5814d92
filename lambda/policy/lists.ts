/**
 * The named word lists of a policy. Each list is a moderator of its own, behind `WordLists`, so that an engine that knows
 * lists by name can take their place. An entry with `!` allows, in its own list.
 */

import { createModerator, type Moderator } from "../moderation/index.ts";
import { readEntry } from "../moderation/list/entry.ts";
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
  const moderators = new Map<string, Moderator>();
  for (const [name, entries] of Object.entries(lists)) {
    const { words, allow } = entries === "words.txt" ? file : split(entries);
    // a list that only allows, or has nothing in it, finds nothing
    if (words.length > 0) moderators.set(name, createModerator({ words, allow }));
  }
  return {
    find: (text, names) =>
      names.flatMap((list) => {
        const matches = moderators.get(list)?.moderate(text).matches ?? [];
        return matches.map(({ start, end, word }) => ({ start, end, word, list }));
      }),
  };
}

function split(entries: readonly string[]): Words {
  const written = entries.map((entry) => entry.trim());
  return {
    words: written.filter((entry) => !entry.startsWith("!")),
    allow: written.filter((entry) => entry.startsWith("!")).map((entry) => entry.slice(1)),
  };
}
