/** What moderators' work takes, and how the other moderators hear of it. */
import { DESK_LIVE } from "../channels.ts";
import { type LiveEvent, liveEvent } from "../deliver/live.ts";
import type { PublishDeps } from "../deliver/publish-once.ts";
import { limits } from "../limits.ts";
import type { Moderation } from "../moderation-in-force.ts";
import type { Words } from "../policy/configured-words.ts";
import type { Case } from "../store/cases.ts";
import type { Store } from "../store/store.ts";
import type { DeskAbly } from "./desk-ably.ts";

export interface DeskDeps extends Omit<PublishDeps, "publishInDoubt" | "publisher"> {
  readonly store: Store;
  readonly ably: DeskAbly;
  readonly moderation: Moderation;
  /** What `words.txt` holds. */
  readonly words: Words;
  /** Told of what fails and stops nobody; never with text in it. */
  readonly onFault: (fault: string) => void;
}

/** Tell the moderators who look; nothing waits for it. */
export function announce(event: LiveEvent, { ably, onFault }: DeskDeps): void {
  void ably.publish(DESK_LIVE, event, limits.attemptMs).then((published) => {
    if (!published.ok) onFault(`the desk was not told of a ${event.name}`);
  });
}

/** Tell the moderators who look that a case is another one now. */
export function announceCase({ id, kind, state, room, outcome, decidedBy }: Case, deps: DeskDeps): void {
  announce(liveEvent("case", { id, kind, state, room, outcome, decidedBy }), deps);
}
