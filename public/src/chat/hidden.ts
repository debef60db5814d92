/** People whom somebody does not want to see, in this browser alone. */
import type { Shelf } from "../common/shelf.ts";
import type { Entry } from "./entries.ts";

/** The persons. */
type People = ReadonlySet<string>;

export interface Hidden {
  hide(person: string): void;
  /** Everybody is to be seen again. */
  clear(): void;
}

const KEY = "hidden-people";
/** People hidden at most: who was hidden first is seen again when somebody hides more. */
const MOST = 200;

/** Reads and keeps them on a shelf; `changed` hears of them, at once and whenever they are others. */
export function createHidden(shelf: Shelf, changed: (people: People) => void): Hidden {
  let people: readonly string[] = [];
  function become(next: readonly string[]): void {
    people = next;
    changed(new Set(next));
  }
  become((shelf.get(KEY) ?? "").split(" ").filter(Boolean));
  return {
    hide(person) {
      become([...new Set([...people, person])].slice(-MOST));
      shelf.set(KEY, people.join(" "));
    },
    clear() {
      become([]);
      shelf.remove(KEY);
    },
  };
}

/** The entries without those of hidden people; one's own stay. */
export function visible(entries: readonly Entry[], people: People): readonly Entry[] {
  return people.size === 0
    ? entries
    : entries.filter((entry) => entry.kind !== "message" || entry.own || !people.has(entry.author.person));
}
