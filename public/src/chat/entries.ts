/**
 * The entries of the log and their order. A message is the pair (person, source id): that pair is held once, whatever
 * arrives twice and under whatever name. Everything is sorted by source time, so each sender's messages stand in the order they were sent, and
 * every tab and every reload shows the same order.
 */

import type { Problem } from "../common/language/language.ts";
import type { Who } from "../common/who.ts";
import { KEPT_MESSAGES } from "./limits.ts";

/** What became of a message. Only one's own messages are ever anything but delivered or starred. */
export type Fate =
  /** Kept here until there is a connection. */
  | { readonly name: "waiting" }
  /** On its way: `accepted` once the broker has it and the moderator's answer is awaited. */
  | { readonly name: "sending"; readonly since: number; readonly accepted: boolean }
  /** The broker has it, and the moderator has been silent for too long. */
  | { readonly name: "unanswered"; readonly since: number }
  | { readonly name: "delivered"; readonly delayMs: number | null }
  | { readonly name: "starred"; readonly spans: number; readonly delayMs: number | null }
  | { readonly name: "refused"; readonly reason: Problem }
  | { readonly name: "failed"; readonly reason: Problem };

export interface Message {
  readonly kind: "message";
  readonly key: string;
  readonly author: Who;
  readonly own: boolean;
  readonly sourceId: string;
  /** How often its author asked for another try. */
  readonly attempt: number;
  readonly text: string;
  /** Source time (ms); for a message that has not come back, our best guess of it. */
  readonly time: number;
  /**
   * Breaks ties of time: the author and the author's own id, of which the later one is the greater text. The broker's serial
   * would not do: where two rules hand messages over, it tells which of them was faster.
   */
  readonly serial: string;
  readonly fate: Fate;
}

/** The place where messages may be missing because the broker could not carry on from where we were. */
export interface Gap {
  readonly kind: "gap";
  readonly key: string;
  readonly time: number;
  readonly serial: string;
}

export type Entry = Message | Gap;

/** A moderated message as it came from the outbound channel, already checked for form. */
export interface Incoming {
  readonly author: Who;
  readonly sourceId: string;
  readonly text: string;
  readonly time: number;
  readonly serial: string;
  readonly spans: number;
}

// Sorts after every serial: such an entry stands last among those of its time.
const LAST = "\uffff";

/** The identity of a message as people see it. A client id holds no line break, so no two pairs share a key. */
export function keyOf({ person }: Pick<Who, "person">, sourceId: string): string {
  return `${person}\n${sourceId}`;
}

/**
 * The id under which a message is published. The broker drops an id that it has taken lately, so another try gets a
 * mark; the moderator takes the mark off again, and so it stays one message.
 */
export function publishId({ sourceId, attempt }: Pick<Message, "sourceId" | "attempt">): string {
  return attempt === 0 ? sourceId : `${sourceId}~${attempt}`;
}

/** Has the message come back from the moderator? */
export function isSettled(message: Message): boolean {
  return message.fate.name === "delivered" || message.fate.name === "starred";
}

/** Negative when `left` stands before `right`. */
function compare(left: Pick<Entry, "time" | "serial">, right: Pick<Entry, "time" | "serial">): number {
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

interface Merging {
  readonly me: Who | null;
  /** How long one of our own was under way; history does not know that. */
  readonly measure: (pending: Message) => number | null;
}

/**
 * Merges moderated messages into the log. What was shown before is not shown again, and what falls off the old end
 * stays off.
 */
export function merge(
  entries: readonly Entry[],
  incoming: readonly Incoming[],
  { me, measure }: Merging,
): readonly Entry[] {
  const known = new Map(entries.map((entry) => [entry.key, entry]));
  const fresh = new Map<string, Entry>();
  for (const { spans, ...message } of incoming) {
    const key = keyOf(message.author, message.sourceId);
    const before = fresh.get(key) ?? known.get(key);
    if (before?.kind === "message" && isSettled(before)) continue;
    const delayMs = before?.kind === "message" ? measure(before) : null;
    const fate: Fate = spans > 0 ? { name: "starred", spans, delayMs } : { name: "delivered", delayMs };
    const own = before !== undefined || message.author.person === me?.person;
    fresh.set(key, { kind: "message", key, own, attempt: 0, ...message, fate });
  }
  if (fresh.size === 0) return entries;
  const kept = entries.filter((entry) => !fresh.has(entry.key));
  return [...kept, ...fresh.values()].sort(compare);
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
