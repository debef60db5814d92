/**
 * What a moderator decides about a case. An approved message is published with its own author and id, once: the decision
 * is stored first, and what a process that ends in between leaves unpublished is published by the next sweep.
 */
import { inboundOf, outboundFor } from "../channels.ts";
import { outgoingMessage } from "../decide/outgoing.ts";
import type { Reason } from "../decide/reasons.ts";
import { noticesAbout } from "../deliver/notices.ts";
import { openChannel, type PublishDeps } from "../deliver/publish-once.ts";
import { limits } from "../limits.ts";
import type { Case, Outcome } from "../store/cases.ts";
import type { Store } from "../store/store.ts";

export type DeskDeps = Omit<PublishDeps, "publishInDoubt"> & { readonly store: Store };

export interface CaseDecision {
  readonly id: string;
  readonly outcome: Outcome;
  readonly reason: string;
  /** Which moderator. */
  readonly by: string;
}

export type CaseOutcome =
  /** `isOut`: whether an approved message is published by now. */
  | { readonly ok: true; readonly case: Case; readonly isOut: boolean }
  | { readonly ok: false; readonly code: "unknown-case" | "not-held" }
  | { readonly ok: false; readonly code: "already-decided"; readonly case: Case };

/** Close a case; of two moderators who do so at once the second learns how the first decided. */
export async function decideCase(decision: CaseDecision, deps: DeskDeps): Promise<CaseOutcome> {
  const { store, now } = deps;
  const { id, outcome, by, reason } = decision;
  const isOfHeld = outcome === "approved" || outcome === "denied";
  const found = await store.cases.get(id);
  if (found === undefined) return { ok: false, code: "unknown-case" };
  if (isOfHeld !== (found.kind === "held")) return { ok: false, code: "not-held" };
  const decided = await store.cases.decide(id, { outcome, by, reason });
  if (!decided.ok) return decided;
  const { person, room } = decided.case;
  await store.audit.add([{ at: now(), by, did: outcome, subject: id, reason, person, room }]);
  if (outcome === "denied") await tell(decided.case, "denied", deps);
  const isOut = outcome === "approved" && (await publish(decided.case, deps));
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
  const { author, result: text, room, message } = found;
  const { sourceId, timestamp, starred } = message;
  const channel = outboundFor(inboundOf(room));
  if (channel === undefined) return false;
  const outbound = openChannel(channel, { ...deps, publishInDoubt: false });
  const copy = outgoingMessage({ author, sourceId, timestamp, text, starred });
  const { outcome } = await outbound.publishOnce(copy, timestamp, deps.now() + limits.attemptMs * 2);
  if (outcome !== "published" && outcome !== "duplicate") return false;
  await deps.store.cases.published(found.id);
  await tell(found, "approved", deps);
  return true;
}

/** A notice that is lost costs the sender a reload, not a message. */
async function tell({ author, message }: Case, reason: Reason, { publisher }: DeskDeps): Promise<void> {
  const sender = { sourceId: message.sourceId, message: { clientId: author } };
  for (const { channel, notice } of noticesAbout([{ sender, reason }])) {
    await publisher.publish(channel, notice, limits.attemptMs);
  }
}
