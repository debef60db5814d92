/** What somebody has begun to write in a room; it outlives a reload of the tab. */
import type { Shelf } from "../common/shelf.ts";

export interface Draft {
  read(): string;
  /** An empty text is no draft. */
  keep(text: string): void;
}

/** The draft of one room. */
export function createDraft(shelf: Shelf, room: string): Draft {
  const key = `asterism:draft:${room}`;
  return {
    read: () => shelf.get(key) ?? "",
    keep(text) {
      if (text === "") shelf.remove(key);
      else shelf.set(key, text);
    },
  };
}
