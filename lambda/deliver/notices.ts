/**
 * What a sender is told when a message does not come out at the other end.
 *
 * It is published on `chat:notices:<clientId>` with the event name `notice`; its data is an object:
 *
 *     { "source-id": "the sender's message id", "outcome": "refused" | "failed",
 *       "reason": one of the codes below, "message": "one sentence for people" }
 *
 * `refused` is final: the same message will be refused again. `failed` is not the sender's fault: the message is kept
 * in quarantine where there is one, and the same message (same id) may be sent again; it is shown once in any case.
 */
import { digest } from "../ids.ts";

type Outcome = "refused" | "failed";

interface Known {
  readonly outcome: Outcome;
  /** Is the message itself kept? What its sender can put right is not, nor what would only fill the quarantine. */
  readonly quarantine: boolean;
  /** What the sender reads. */
  readonly message: string;
}

const refused = (message: string, quarantine = false): Known => ({ outcome: "refused", quarantine, message });
const failed = (message: string): Known => ({ outcome: "failed", quarantine: true, message });

/** Each reason for which a message is not published. */
export const REASONS = {
  anonymous: refused("Only somebody with a name can write here.", true),
  "bad-author": refused("Your name contains a word that is not allowed here; choose another."),
  "bad-id": refused("The message could not be accepted; please send it again."),
  undecodable: refused("The message could not be read.", true),
  "not-text": refused("Only text can be sent here.", true),
  empty: refused("The message was empty."),
  "too-long": refused("The message is too long.", true),
  "moderator-failed": failed("The message could not be checked; please try again later."),
  "publish-rejected": failed("The message could not be delivered."),
  "not-delivered": failed("The message could not be delivered; please try again later."),
  unverifiable: failed("It is not certain that the message was delivered; please try again."),
} as const satisfies Record<string, Known>;

export type Reason = keyof typeof REASONS;

/**
 * An Ably message for the sender's own channel. Its id makes the notice of a repeated request arrive once; `eventId` is
 * the message's id as it came, by which another try of the sender is another event with a notice of its own.
 */
export function noticeFor(clientId: string, sourceId: string, reason: Reason, eventId: string = sourceId) {
  const { outcome, message } = REASONS[reason];
  return {
    id: `${digest(["notice", clientId, eventId, reason])}:0`,
    name: "notice",
    data: JSON.stringify({ "source-id": sourceId, outcome, reason, message }),
    encoding: "json",
  };
}
