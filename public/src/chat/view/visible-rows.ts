/** Which entries of the log have rows in the document: the newest, and earlier ones while the reader looks back. */
import type { Entry } from "../entries.ts";
import { JOIN_MESSAGES, ROWS } from "../limits.ts";

export interface VisibleRows {
  /** The first entry that has a row. While the reader is away from the end, it stays the same, so that nothing moves. */
  startOf(entries: readonly Entry[]): number;
  /** Goes back by some entries. */
  goBack(entries: readonly Entry[]): void;
  /** Goes back to the first entry. */
  goToStart(entries: readonly Entry[]): void;
  /** Goes back as far as an entry, with some more before it. */
  goTo(entries: readonly Entry[], key: string): void;
}

/** The rows of a log. `isAtEnd` says whether the reader sees its end. */
export function createVisibleRows(isAtEnd: () => boolean): VisibleRows {
  let first: string | undefined;

  function indexOf(entries: readonly Entry[]): number {
    const usual = Math.max(0, entries.length - ROWS);
    const index = first === undefined ? -1 : entries.findIndex(({ key }) => key === first);
    return index === -1 ? usual : Math.min(index, usual);
  }

  return {
    startOf(entries) {
      if (isAtEnd()) first = undefined;
      const start = indexOf(entries);
      if (!isAtEnd()) first ??= entries[start]?.key;
      return start;
    },
    goBack(entries) {
      first = entries[Math.max(0, indexOf(entries) - JOIN_MESSAGES)]?.key;
    },
    goToStart(entries) {
      first = entries[0]?.key;
    },
    goTo(entries, key) {
      first = entries[Math.max(0, entries.findIndex((entry) => entry.key === key) - JOIN_MESSAGES)]?.key;
    },
  };
}
