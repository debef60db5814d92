/**
 * What moderators see as it happens, on the channel `desk:live`. Nothing waits for it and nothing depends on it: an event
 * that is lost costs a moderator a look into the queue.
 */
import { randomUUID } from "node:crypto";
import type { Ruling } from "../decide/apply-policy.ts";
import type { Case } from "../store/cases.ts";

/** One decision about one message. */
export interface LiveDecision {
  /** The id of the moderated copy. */
  readonly id: string;
  readonly at: number;
  readonly room: string;
  readonly author: string;
  readonly person: string;
  readonly action: Ruling["action"];
  /** As it was written, and as it is, or would be, published. */
  readonly text: string;
  readonly result: string;
  readonly rules: readonly string[];
  /** Why it was refused. */
  readonly code?: string | undefined;
}

/** The events of the channel, by their names, and what each tells. */
interface LiveData {
  /** What one request came to: one Ably message, since each of them costs. */
  readonly decisions: readonly LiveDecision[];
  readonly case: Pick<Case, "id" | "kind" | "state" | "room" | "outcome" | "decidedBy">;
  readonly policy: { readonly version: number; readonly savedBy: string; readonly savedAt: number };
  readonly sanction: {
    readonly person: string;
    readonly kind: string;
    readonly by: string;
    readonly until?: number | undefined;
  };
}

/** An Ably message for moderators. */
export interface LiveEvent {
  readonly id: string;
  readonly name: keyof LiveData;
  readonly data: string;
  readonly encoding: "json";
}

/** Make an event. */
export const liveEvent = <Name extends keyof LiveData>(name: Name, data: LiveData[Name]): LiveEvent => ({
  id: `${randomUUID()}:0`,
  name,
  data: JSON.stringify(data),
  encoding: "json",
});
