/**
 * What a moderator decides about a case. An approved message is published with its own author and id, once: the decision
 * is stored first, and what a process that ends in between leaves unpublished is published by the next sweep.
 */
import { inboundOf, outboundFor } from "../channels.ts";
import { outgoingMessage } from "../decide/outgoing.ts";
import type { Reason } from "../decide/reasons.ts";
import { noticesAbout } from "../deliver/notices.ts";
import { openChannel } from "../deliver/publish-once.ts";
import { limits } from "../limits.ts";
import type { Case, Outcome } from "../store/cases.ts";
import { announceCase, type DeskDeps } from "./desk.ts";

export interface CaseDecision {
  readonly id: string;
  /** `removed` is what removing the message makes of a case. */
  readonly outcome: Exclude<Outcome, "removed">;
  readonly reason: string;
  /** Which moderator. */
  readonly by: string;
}

export type CaseOutcome =
  /** `isOut`: whether an approved message is published by now. */
  | { readonly ok: true; readonly case: Case; readonly isOut: boolean }
  | { readonly ok: false; readonly code: "unknown-case" | "not-held" }
  | { readonly ok: false; readonly code: "already-decided"; readonly case: Case };

/** What can become of a case of each kind: only what is not published yet can be approved. */
const OUTCOMES: Readonly<Record<Case["kind"], readonly Outcome[]>> = {
  held: ["approved", "denied"],
  appealed: ["approved", "denied", "dismissed"],
  flagged: ["dismissed"],
  reported: ["dismissed"],
};

/** Close a case; of two moderators who do so at once the second learns how the first decided. */
export async function decideCase(decision: CaseDecision, deps: DeskDeps): Promise<CaseOutcome> {
  const { store, now } = deps;
  const { id, outcome, by, reason } = decision;
  const found = await store.cases.get(id);
  if (found === undefined) return { ok: false, code: "unknown-case" };
  if (!OUTCOMES[found.kind].includes(outcome)) return { ok: false, code: "not-held" };
  const decided = await store.cases.decide(id, { outcome, by, reason });
  if (!decided.ok) return decided;
  const { person, room } = decided.case;
  announceCase(decided.case, deps);
  // at once, so that a failing audit keeps nobody waiting
  const [isOut] = await Promise.all([
    outcome === "approved" && publish(decided.case, deps),
    outcome === "denied" && tell(decided.case, "denied", deps),
    store.audit.add([{ at: now(), by, did: outcome, subject: id, reason, person, room }]),
  ]);
  return { ok: true, case: decided.case, isOut };
}

/** Publish what was approved and is not out yet; gives back how many of them are out now. */
export async function publishApproved(deps: DeskDeps): Promise<number> {
  const { cases } = await deps.store.cases.list({ state: "approved" });
  let published = 0;
  for (const found of cases) if (await publish(found, deps)) published += 1;
  return published;
}

async function publish(found: Case, deps: DeskDeps): Promise<boolean> {
  const { author, result: text, room, message, decidedAt } = found;
  const { sourceId, timestamp, starred } = message;
  const channel = outboundFor(inboundOf(room));
  if (channel === undefined) return false;
  const outbound = openChannel(channel, { ...deps, publisher: deps.ably, publishInDoubt: false });
  const copy = outgoingMessage({ author, sourceId, timestamp, text, starred });
  // it cannot be out since before it was approved, so that is how far back the channel's history is of interest
  const since = decidedAt ?? timestamp;
  const { outcome } = await outbound.publishOnce(copy, since, deps.now() + limits.attemptMs * 2);
  if (outcome !== "published" && outcome !== "duplicate") {
    deps.onFault(`an approved message is not published: ${outcome}`);
    return false;
  }
  await deps.store.cases.published(found.id);
  await tell(found, "approved", deps);
  return true;
}

/** Tell the author of a message. A notice that is lost costs the sender a reload, not a message. */
export async function tell(
  { author, message }: Pick<Case, "author" | "message">,
  reason: Reason,
  deps: DeskDeps,
): Promise<void> {
  const sender = { sourceId: message.sourceId, message: { clientId: author } };
  for (const { channel, notice } of noticesAbout([{ sender, reason }])) {
    const told = await deps.ably.publish(channel, notice, limits.attemptMs);
    if (!told.ok) deps.onFault(`a sender was not told: ${reason}`);
  }
}
