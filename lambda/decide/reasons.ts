/** The codes of notices: what became of a message or of its sender, whether that is final, and what the sender reads. */

interface Known {
  /**
   * `refused` is final: the same message will be refused again. `failed` is not the sender's fault, so the message is kept
   * in quarantine; what its sender can put right is told and not kept.
   */
  readonly outcome: "refused" | "failed" | "held" | "starred" | "approved" | "removed";
  /** What the sender reads. */
  readonly message: string;
}

const refused = (message: string): Known => ({ outcome: "refused", message });
const told = (outcome: Known["outcome"], message: string): Known => ({ outcome, message });
const failed = (message: string): Known => ({ outcome: "failed", message });

/** Every code. */
export const REASONS = {
  anonymous: refused("Only somebody with a name can write here."),
  "bad-author": refused("Your name contains a word that is not allowed here; choose another."),
  "bad-room": refused("The name of this room contains a word that is not allowed here; use another room."),
  "bad-id": refused("The message could not be accepted; please send it again."),
  undecodable: refused("The message could not be read."),
  "not-text": refused("Only text can be sent here."),
  empty: refused("The message was empty."),
  "too-long": refused("The message is too long."),
  "too-fast": refused("You write faster than this chat can follow; wait a moment and send it again."),
  blocked: refused("This message is not allowed here."),
  muted: refused("You may not write here for now."),
  banned: refused("You may not take part here."),
  "room-locked": refused("Nobody can write in this room for now."),
  "slow-mode": refused("This room is in slow mode; wait a moment before you write again."),
  denied: refused("A moderator did not approve the message."),
  held: told("held", "The message waits for a moderator."),
  approved: told("approved", "A moderator approved the message."),
  removed: told("removed", "A moderator removed the message."),
  starred: told("starred", "A part of the message was starred out."),
  unreadable: failed("The message arrived damaged; please send it again."),
  "moderator-failed": failed("The message could not be checked; please try again later."),
  "publish-rejected": failed("The message could not be delivered."),
  "not-delivered": failed("The message could not be delivered; please try again later."),
  unverifiable: failed("It is not certain that the message was delivered; please try again."),
} as const satisfies Record<string, Known>;

export type Reason = keyof typeof REASONS;
