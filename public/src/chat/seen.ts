/** Up to when somebody has read each of their rooms, in this browser. */
import type { Shelf } from "../common/shelf.ts";
import { LOBBY } from "./rooms.ts";

export interface Seen {
  /** The time of the newest message that was seen (ms); 0 where none was. */
  at(room: string): number;
  mark(room: string, time: number): void;
}

const PREFIX = "asterism:rooms:seen:";

/** Reads and keeps it on a shelf, for the lobby and these rooms; others are forgotten. */
export function createSeen(shelf: Shelf, rooms: readonly string[]): Seen {
  const kept = new Set([LOBBY, ...rooms].map((room) => PREFIX + room));
  for (const key of shelf.keys()) if (key.startsWith(PREFIX) && !kept.has(key)) shelf.remove(key);
  const at = (room: string): number => Number(shelf.get(PREFIX + room)) || 0;
  return {
    at,
    mark(room, time) {
      if (time > at(room)) shelf.set(PREFIX + room, String(time));
    },
  };
}
