/**
 * A policy for other doors: services that ask about a message before they publish it themselves. They cannot keep one for a
 * moderator, so what would be held is refused; and services of others are not asked.
 */
import { applyPolicy } from "../decide/apply-policy.ts";
import { REASONS } from "../decide/reasons.ts";
import { limits } from "../limits.ts";
import type { Moderation } from "../moderation-in-force.ts";
import { personOf } from "../person.ts";
import { createRecentMessages, sketchOf } from "../policy/recent-messages.ts";
import { withoutReordering } from "../policy/reordering.ts";

/** A message that somebody is about to publish. */
interface Submission {
  readonly author: string;
  readonly text: string;
  readonly room: string;
  /** What the door calls the message; undefined where it has no name. */
  readonly id?: string | undefined;
}

type Review =
  /** `text` is to be published, with stars where `isChanged`. */
  | { readonly ok: true; readonly text: string; readonly isChanged: boolean }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Review one message, which never throws: any doubt is a refusal. */
export type Reviewer = (submission: Submission) => Promise<Review>;

/** Makes the reviewer of a process. */
export function createReviewer(moderation: Moderation, now: () => number = Date.now): Reviewer {
  const recent = createRecentMessages();
  let count = 0;
  const review = async ({ author, text, room, id: given }: Submission): Promise<Review> => {
    count += 1;
    const id = given ?? `unnamed ${count}`;
    const inForce = await moderation.read();
    if (inForce === undefined) return refused("moderator-failed");
    if (text.length > 2 * limits.textLength || [...text].length > limits.textLength) return refused("too-long");
    const { policy } = inForce;
    const [person, at] = [personOf(author), now()];
    const said = withoutReordering(text);
    const sanction = inForce.sanctionOf(person);
    const ruling = applyPolicy({ text: said, room, at }, { policy, sanction, recent: recent.of(person, id), now: at });
    const isRefused = ruling.action === "block" || ruling.action === "hold";
    if (policy.remembers)
      recent.add(person, { id, room, at, sketch: sketchOf(said), blocked: ruling.action === "block" });
    if (!isRefused) return { ok: true, text: ruling.text, isChanged: ruling.text !== text };
    return refused(ruling.code === undefined || ruling.code === "starred" ? "blocked" : ruling.code, ruling.tell);
  };
  return (submission) => review(submission).catch(() => refused("moderator-failed"));
}

const refused = (code: keyof typeof REASONS, tell?: string): Review => {
  return { ok: false, code, message: tell ?? (code === "held" ? REASONS.blocked.message : REASONS[code].message) };
};
