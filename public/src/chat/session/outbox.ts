/**
 * Unsent messages outlive the page: one stored item for each, per room, so that two tabs never overwrite each other.
 * An item goes when its message comes back, is discarded, or is a day old.
 */

import type { Problem } from "../../common/language/language.ts";
import type { Shelf } from "../../common/shelf.ts";
import { OUTBOX, OUTBOX_AGE_MS } from "../limits.ts";
import { isSettled, type Message } from "../message.ts";
import type { Unsent } from "../state.ts";

const PREFIX = "asterism:unsent:";

export interface Outbox {
  /** What an earlier page of this browser left behind in this room. */
  restore(now: number): Unsent[];
  /** Makes storage agree with these messages of one's own. */
  keep(messages: readonly Message[]): void;
  /** The name of a message's item in storage. */
  itemKey(sourceId: string): string;
  /** Forgets everything, in every room. */
  forget(): void;
}

/** The outbox of one room. */
export function createOutbox(shelf: Shelf, room: string): Outbox {
  const itemKey = (sourceId: string): string => `${PREFIX}${room}:${sourceId}`;
  const keysFrom = (start: string): string[] => shelf.keys().filter((key) => key.startsWith(start));
  const stored = new Map<string, string>();
  const drop = (key: string): void => {
    stored.delete(key);
    shelf.remove(key);
  };
  return {
    restore(now) {
      const found: Unsent[] = [];
      for (const key of keysFrom(itemKey(""))) {
        const text = shelf.get(key);
        const unsent = text === null ? null : parse(text);
        if (text === null || unsent === null || now - unsent.time > OUTBOX_AGE_MS) drop(key);
        else if (found.push(unsent)) stored.set(key, text);
      }
      found.sort((left, right) => left.time - right.time);
      // What is too much here is left in storage to the tabs that have it.
      for (const { sourceId } of found.splice(0, found.length - OUTBOX)) stored.delete(itemKey(sourceId));
      return found;
    },
    keep(messages) {
      const gone = new Set(stored.keys());
      for (const message of messages) {
        if (isSettled(message)) continue;
        const key = itemKey(message.sourceId);
        const text = JSON.stringify(unsentOf(message));
        gone.delete(key);
        if (stored.get(key) === text) continue;
        stored.set(key, text);
        shelf.set(key, text);
      }
      for (const key of gone) drop(key);
    },
    itemKey,
    forget() {
      stored.clear();
      for (const key of keysFrom(PREFIX)) shelf.remove(key);
    },
  };
}

/** What is under way when the page goes is to be sent again: the same id makes that harmless. */
function unsentOf({ author, sourceId, attempt, text, time, fate }: Message): Unsent {
  const kept =
    fate.name === "refused" || fate.name === "failed" || fate.name === "held" ? fate : ({ name: "waiting" } as const);
  return { authorId: author.id, sourceId, attempt, text, time, fate: kept };
}

function problemOf(reason: unknown): Problem {
  const { code = "", message = "", isRuleOwn } = Object(reason);
  return { code: String(code), message: String(message), ...(isRuleOwn === true && { isRuleOwn }) };
}

function parse(item: string): Unsent | null {
  try {
    const { authorId, sourceId, attempt, text, time, fate } = JSON.parse(item);
    const outcomes = ["waiting", "held", "refused", "failed"];
    if (typeof text !== "string" || !(time > 0 && attempt >= 0) || !outcomes.includes(fate.name)) return null;
    const kept = fate.name === "waiting" ? fate : { name: fate.name, reason: problemOf(fate.reason) };
    return { authorId: `${authorId}`, sourceId: `${sourceId}`, attempt, text, time, fate: kept };
  } catch {
    return null; // not ours, or damaged
  }
}
