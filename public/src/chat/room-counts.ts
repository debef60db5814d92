/** What goes on in the other rooms that somebody was in: asked of the server now and then, while the page is looked at. */
import { ROOM_COUNTS_MS } from "./limits.ts";
import type { Answer, RoomCounts } from "./server-api.ts";

export interface RoomCountsDeps {
  /** The rooms, each with the time up to which it was read (ms). */
  readonly rooms: () => Readonly<Record<string, number>>;
  readonly ask: (rooms: Readonly<Record<string, number>>) => Promise<Answer<{ readonly rooms: RoomCounts }>>;
  readonly show: (counts: RoomCounts) => void;
  readonly isHidden: () => boolean;
  readonly now: () => number;
  readonly after: (ms: number, task: () => void) => void;
}

/** Answers the function to call when the page may be looked at again; the first call begins. */
export function createRoomCounts({ rooms, ask, show, isHidden, now, after }: RoomCountsDeps): () => void {
  let askedAt = Number.NEGATIVE_INFINITY;
  async function look(): Promise<void> {
    const wanted = rooms();
    if (isHidden() || now() - askedAt < ROOM_COUNTS_MS || Object.keys(wanted).length === 0) return;
    askedAt = now();
    after(ROOM_COUNTS_MS, () => void look());
    const answer = await ask(wanted);
    // What cannot be known now is known later; a list that empties meanwhile would be of no use to anybody.
    if (answer.ok) show(answer.value.rooms);
  }
  return () => void look();
}
