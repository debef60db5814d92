/**
 * The entries of the log and their order. Everything is sorted by source time, so each sender's messages stand in the order
 * in which they were sent, and every tab and every reload shows the same order.
 */
import { KEPT_MESSAGES } from "./limits.ts";
import { isSettled, keyOf, type Message } from "./message.ts";

/** The place where messages may be missing because the broker could not carry on from where we were. */
export interface Gap {
  readonly kind: "gap";
  readonly key: string;
  readonly time: number;
  readonly serial: string;
}

export type Entry = Message | Gap;

// Sorts after every serial: such an entry stands last among those of its time.
const LAST = "\uffff";

/** Negative when `left` stands before `right`. */
export function compare(left: Pick<Entry, "time" | "serial">, right: Pick<Entry, "time" | "serial">): number {
  if (left.time !== right.time) return left.time - right.time;
  if (left.serial === right.serial) return 0;
  return left.serial < right.serial ? -1 : 1;
}

/** Puts an entry in its place, replacing the one with the same key. */
export function place(entries: readonly Entry[], entry: Entry): Entry[] {
  const rest = entries.filter((other) => other.key !== entry.key);
  let index = rest.length;
  while (index > 0) {
    const before = rest[index - 1];
    if (before === undefined || compare(before, entry) <= 0) break;
    index -= 1;
  }
  rest.splice(index, 0, entry);
  return rest;
}

/** Changes the entry with this key where it stands. */
export function change(entries: readonly Entry[], key: string, next: (message: Message) => Message): readonly Entry[] {
  const index = entries.findIndex((entry) => entry.key === key);
  const entry = entries[index];
  if (entry === undefined || entry.kind !== "message") return entries;
  return entries.with(index, next(entry));
}

interface Writing extends Pick<Message, "author" | "sourceId" | "text"> {
  readonly now: number;
}

/** A message of one's own as it enters the log: after everything that its author could see. */
export function written(entries: readonly Entry[], { author, sourceId, text, now }: Writing): Message {
  return {
    kind: "message",
    key: keyOf(author, sourceId),
    author,
    own: true,
    sourceId,
    attempt: 0,
    text,
    time: Math.max(now, entries.at(-1)?.time ?? 0),
    serial: LAST,
    fate: { name: "waiting" },
  };
}

/** Drops the oldest entries beyond the limit; a message whose author still waits for its fate is never dropped. */
export function trim(entries: readonly Entry[]): readonly Entry[] {
  let surplus = entries.length - KEPT_MESSAGES;
  if (surplus <= 0) return entries;
  return entries.filter((entry) => {
    if (surplus <= 0 || (entry.kind === "message" && !isSettled(entry))) return true;
    surplus -= 1;
    return false;
  });
}

/** Marks the place after `entry` as one where messages may be missing; after a gap, that is the same gap. */
export function gapAfter({ time, serial }: Pick<Entry, "time" | "serial">): Gap {
  const after = serial.endsWith(LAST) ? serial : `${serial}${LAST}`;
  return { kind: "gap", key: `gap ${time} ${after}`, time, serial: after };
}
