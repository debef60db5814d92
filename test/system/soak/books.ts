/** The books of a soak run: what was written in each room, who was there for it, and who has it. */
import { type Incoming, keyOf } from "../../../public/src/chat/message.ts";

/** Some messages hold it; nobody may see it. */
export const BANNED = "potato";

interface Written {
  readonly key: string;
  readonly room: string;
  /** When (ms). */
  readonly at: number;
}

/** One person in one room: from when to when, and what came. */
export interface Stay {
  readonly room: string;
  readonly since: number;
  /** Undefined while the person is there. */
  until?: number;
  readonly has: ReadonlySet<string>;
}

interface Seen {
  readonly copy: string | undefined;
  readonly at: number;
}

export class Books {
  readonly stays: Stay[] = [];
  /** Milliseconds from writing to seeing one's own message. */
  readonly delays: number[] = [];
  /** Messages of which two different copies were seen. */
  readonly doubled = new Set<string>();
  leaked = 0;
  /** Newcomers who did not get into their room. */
  shutOut = 0;
  /** Messages that stood after a later one of the same author. */
  reordered = 0;
  /** How often a page told that something may be missing. */
  gaps = 0;
  /** How often a page read the history after a break. */
  filled = 0;
  /** Messages whose author pressed Retry: they stand where that was. */
  readonly retried = new Set<string>();
  /** What a page said of its own message when it was closed, for each that had not come back. */
  readonly unsettled: string[] = [];
  readonly #written = new Map<string, Written[]>();
  readonly #seen = new Map<string, Seen>();

  write(message: Written): void {
    const room = this.#written.get(message.room) ?? [];
    this.#written.set(message.room, room);
    room.push(message);
  }

  /** A copy has come to somebody, live or from the history. */
  see({ author, sourceId, copy, text }: Incoming): void {
    const key = keyOf(author, sourceId);
    const before = this.#seen.get(key);
    if (before === undefined) this.#seen.set(key, { copy, at: performance.now() });
    else if (before.copy !== copy) this.doubled.add(key);
    if (text.toLowerCase().includes(BANNED)) this.leaked += 1;
  }

  get written(): number {
    return [...this.#written.values()].reduce((sum, room) => sum + room.length, 0);
  }

  /** Messages that nobody has seen. */
  get lost(): number {
    return [...this.#written.values()].flat().filter(({ key }) => !this.#seen.has(key)).length;
  }

  /** Messages that others saw while somebody was there, who has not. */
  get holes(): number {
    return this.stays.reduce((sum, stay) => sum + this.missingOf(stay), 0);
  }

  /** How many of the messages that were written and seen during a stay have not come to it. */
  missingOf({ room, since, until = Number.POSITIVE_INFINITY, has }: Stay): number {
    const isDue = ({ key, at }: Written): boolean => {
      const seenAt = this.#seen.get(key)?.at;
      return at > since && seenAt !== undefined && seenAt < until;
    };
    return (this.#written.get(room) ?? []).filter((one) => !has.has(one.key) && isDue(one)).length;
  }
}
