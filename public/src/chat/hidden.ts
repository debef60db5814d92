/** People whom somebody does not want to see, in this browser alone. */
import type { Shelf } from "../common/shelf.ts";
import type { Entry } from "./entries.ts";

export interface Hidden {
  isEmpty(): boolean;
  hide(person: string): void;
  /** Everybody is to be seen again. */
  clear(): void;
  /** The entries without those of hidden people. */
  visible(entries: readonly Entry[]): readonly Entry[];
}

const KEY = "hidden-people";
/** People hidden at most: who was hidden first is seen again when somebody hides more. */
const MOST = 200;

/** Reads and keeps them on a shelf. */
export function createHidden(shelf: Shelf): Hidden {
  let people = new Set((shelf.get(KEY) ?? "").split(" ").filter(Boolean));
  return {
    isEmpty: () => people.size === 0,
    hide(person) {
      people = new Set([...people, person].slice(-MOST));
      shelf.set(KEY, [...people].join(" "));
    },
    clear() {
      people = new Set();
      shelf.remove(KEY);
    },
    visible: (entries) =>
      people.size === 0
        ? entries
        : entries.filter((entry) => entry.kind !== "message" || entry.own || !people.has(entry.author.person)),
  };
}
