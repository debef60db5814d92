/** The reasons for which a message is not published: which of them are final, and what the sender reads. */

interface Known {
  /** `refused` is final: the same message will be refused again. `failed` is not the sender's fault. */
  readonly outcome: "refused" | "failed";
  /** Is the message itself kept? What its sender can put right is not, nor what would only fill the quarantine. */
  readonly quarantine: boolean;
  /** What the sender reads. */
  readonly message: string;
}

const refused = (message: string, quarantine = false): Known => ({ outcome: "refused", quarantine, message });
const failed = (message: string): Known => ({ outcome: "failed", quarantine: true, message });

/** Every reason that a message of a known sender can have. */
export const REASONS = {
  anonymous: refused("Only somebody with a name can write here.", true),
  "bad-author": refused("Your name contains a word that is not allowed here; choose another."),
  "bad-id": refused("The message could not be accepted; please send it again."),
  undecodable: refused("The message could not be read.", true),
  "not-text": refused("Only text can be sent here.", true),
  empty: refused("The message was empty."),
  "too-long": refused("The message is too long.", true),
  "too-fast": refused("You write faster than this chat can follow; wait a moment and send it again."),
  "moderator-failed": failed("The message could not be checked; please try again later."),
  "publish-rejected": failed("The message could not be delivered."),
  "not-delivered": failed("The message could not be delivered; please try again later."),
  unverifiable: failed("It is not certain that the message was delivered; please try again."),
} as const satisfies Record<string, Known>;

export type Reason = keyof typeof REASONS;
