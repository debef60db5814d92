/** A message as people see it: who wrote it, what it says, and what became of it. */
import type { Problem } from "../common/language/language.ts";
import type { Who } from "../common/who.ts";

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
  /** It waits for a moderator, or was approved by one and is about to come back: `reason` says which. */
  | { readonly name: "held"; readonly reason: Problem }
  /** Taken away from everybody; what it said is gone. */
  | { readonly name: "removed" }
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
  /** What Ably calls the moderated copy; absent while there is none. */
  readonly copy?: string;
  /** What the moderator said about its outcome, beyond the outcome. */
  readonly word?: Problem;
  readonly fate: Fate;
}

/** A moderated message as it came from the outbound channel, already checked for form. */
export interface Incoming {
  readonly author: Who;
  readonly sourceId: string;
  readonly text: string;
  readonly time: number;
  readonly serial: string;
  readonly spans: number;
  readonly copy?: string;
  readonly isRemoved?: boolean;
  /** A moderator let it say something else than before. */
  readonly isChanged?: boolean;
}

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

const SETTLED: readonly Fate["name"][] = ["delivered", "starred", "removed"];

/** Has the message come back from the moderator? */
export function isSettled(message: Message): boolean {
  return SETTLED.includes(message.fate.name);
}
