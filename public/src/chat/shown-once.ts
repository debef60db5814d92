/**
 * Each message is shown once, whatever arrives twice: from history, live, or as the answer to one's own. A message is the
 * pair (person, source id), under whatever name the person wrote it.
 */
import type { Who } from "../common/who.ts";
import { compare, type Entry } from "./entries.ts";
import { type Fate, type Incoming, isSettled, keyOf, type Message } from "./message.ts";

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
  for (const { spans, isRemoved = false, isChanged = false, ...message } of incoming) {
    const key = keyOf(message.author, message.sourceId);
    const before = fresh.get(key) ?? known.get(key);
    if (before?.kind === "message" && isSettled(before) && !isRemoved && !isChanged) continue;
    const delayMs = before?.kind === "message" && !isChanged ? measure(before) : null;
    const fate: Fate = isRemoved
      ? { name: "removed" }
      : spans > 0
        ? { name: "starred", spans, delayMs }
        : { name: "delivered", delayMs };
    const own = before !== undefined || message.author.person === me?.person;
    const word = before?.kind === "message" && before.word !== undefined ? { word: before.word } : {};
    fresh.set(key, { kind: "message", key, own, attempt: 0, ...word, ...message, fate });
  }
  if (fresh.size === 0) return entries;
  const kept = entries.filter((entry) => !fresh.has(entry.key));
  return [...kept, ...fresh.values()].sort(compare);
}
