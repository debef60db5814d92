/** Tells senders what became of their messages. */
import type { Reason } from "../decide/reasons.ts";
import { limits } from "../limits.ts";
import { senderOf } from "../receive/entry.ts";
import { eventKey, type Fate } from "./fate.ts";
import { noticesAbout, type Outcome } from "./notices.ts";
import { inParallel } from "./parallel.ts";
import type { Publisher } from "./publisher.ts";
import type { Recent } from "./recent.ts";
import { type Patience, retry } from "./retry.ts";

/** What the rule that decided says, unless the reason is a failure that came after its decision. */
function detailsOf({ decision }: Fate, reason: Reason): Pick<Outcome, "tell" | "until"> {
  if (decision?.kind === "refuse") return { tell: decision.tell, until: decision.until };
  const isOfRule = reason === "held" || reason === "starred";
  return isOfRule && decision !== undefined && "tell" in decision ? { tell: decision.tell } : {};
}

export interface TellDeps {
  readonly publisher: Publisher;
  /** What senders were told lately. When a request is repeated, they are told nothing twice. */
  readonly told: Recent;
}

/** Tell each sender, as well as time allows: a notice that is lost costs a sender a wait, not a message. */
export async function tell(reasons: readonly (readonly [Fate, Reason])[], deps: Patience & TellDeps): Promise<void> {
  const outcomes = reasons.flatMap(([fate, reason]) => {
    const sender = senderOf(fate.entry);
    const event = `${reason}\n${eventKey(fate.entry)}`;
    if (sender === undefined || deps.told.has(event)) return [];
    return [{ sender, reason, event, ...detailsOf(fate, reason) }];
  });
  await inParallel(noticesAbout(outcomes), limits.parallelNotices, async ({ channel, notice, about }) => {
    const { outcome } = await retry(deps, (timeoutMs) => deps.publisher.publish(channel, notice, timeoutMs));
    if (outcome === "done") for (const { event } of about) if (event !== undefined) deps.told.add(event);
  });
}
