/**
 * What a moderator decides about a case. The decision is stored first; then what follows is done: an approved message is
 * published with its own author and id, once, its sender is told, the audit is written. What a process that ends in between
 * leaves undone, the next sweep does.
 */
import { inboundOf, outboundFor } from "../channels.ts";
import { type OutgoingMessage, outgoingMessage } from "../decide/outgoing.ts";
import type { Reason } from "../decide/reasons.ts";
import { noticesAbout } from "../deliver/notices.ts";
import { openChannel } from "../deliver/publish-once.ts";
import { retry } from "../deliver/retry.ts";
import { limits } from "../limits.ts";
import type { Case, Outcome } from "../store/cases.ts";
import { announceCase, type DeskDeps } from "./desk.ts";
import { type FoundStored, findStored } from "./published.ts";

export interface CaseDecision {
  readonly id: string;
  /** `removed` is what removing the message makes of a case. */
  readonly outcome: Exclude<Outcome, "removed">;
  readonly reason: string;
  /** Which moderator. */
  readonly by: string;
}

export type CaseOutcome =
  /** `isFinished`: whether an approved message is out by now, and its sender told; otherwise that follows. */
  | { readonly ok: true; readonly case: Case; readonly isFinished: boolean }
  | { readonly ok: false; readonly code: "unknown-case" | "not-held" | "text-gone" }
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
  const { store } = deps;
  const { id, outcome, by, reason } = decision;
  const found = await store.cases.get(id);
  if (found === undefined) return { ok: false, code: "unknown-case" };
  if (!OUTCOMES[found.kind].includes(outcome)) return { ok: false, code: "not-held" };
  if (outcome === "approved" && found.result === "") return { ok: false, code: "text-gone" };
  const decided = await store.cases.decide(id, { outcome, by, reason });
  if (!decided.ok) return decided;
  announceCase(decided.case, deps);
  return { ok: true, case: decided.case, isFinished: await finish(decided.case, deps) };
}

/** Do what is left to do of decisions, of processes that ended in between too; gives back how many are finished now. */
export async function finishDecided(deps: DeskDeps): Promise<number> {
  const { cases } = await deps.store.cases.list({ state: "unfinished" });
  let finished = 0;
  for (const found of cases) if (await finish(found, deps)) finished += 1;
  return finished;
}

/** What follows from a decision; all of it may be done twice. Whatever fails leaves it to the next sweep. */
async function finish(decided: Case, deps: DeskDeps): Promise<boolean> {
  const { store, onFault } = deps;
  const { id, outcome, decidedBy: by = "", decidedAt: at = 0, reason = "", person, room, author } = decided;
  if (outcome === undefined) return false;
  try {
    const entry = { at, by, did: outcome, subject: id, reason, person, room, author };
    const [isOut] = await Promise.all([outcome !== "approved" || publish(decided, deps), store.audit.add([entry])]);
    if (!isOut) return false;
    if ((outcome === "approved" || outcome === "denied") && !(await tell(decided, outcome, deps))) return false;
    await store.cases.finished(id);
    return true;
  } catch {
    onFault("what follows from a decision could not be written down");
    return false;
  }
}

async function publish(found: Case, deps: DeskDeps): Promise<boolean> {
  const { author, result: text, room, message, decidedAt } = found;
  const { sourceId, timestamp, starred } = message;
  const channel = outboundFor(inboundOf(room));
  if (channel === undefined) return false;
  const outbound = openChannel(channel, { ...deps, publisher: deps.ably, publishInDoubt: false });
  const copy = outgoingMessage({ author, sourceId, timestamp, text, starred });
  // what was masked or removed is there already, and says this from now on
  const there = found.kind === "appealed" ? await findStored(found, deps) : undefined;
  if (there?.ok === true) return await rewrite(there, copy, deps);
  if (there?.code === "ably-unavailable") return false;
  // it cannot be out since before it was approved, so that is how far back the channel's history is of interest
  const since = decidedAt ?? timestamp;
  const { outcome } = await outbound.publishOnce(copy, since, deps.now() + limits.attemptMs * 2);
  if (outcome === "published" || outcome === "duplicate") return true;
  deps.onFault(`an approved message is not published: ${outcome}`);
  return false;
}

async function rewrite(
  { channel, stored }: Extract<FoundStored, { ok: true }>,
  { data, extras }: OutgoingMessage,
  { ably, onFault }: DeskDeps,
): Promise<boolean> {
  const done = await ably.rewrite(channel, { serial: stored.serial ?? "", data, extras }, limits.attemptMs);
  if (!done.ok) onFault(`an approved message is not shown anew: ${done.kind}`);
  return done.ok;
}

interface Told {
  readonly author: string;
  readonly message: Pick<Case["message"], "sourceId">;
}

/** Tell the author of a message. */
export async function tell({ author, message }: Told, reason: Reason, deps: DeskDeps): Promise<boolean> {
  const patience = { ...deps, deadline: deps.now() + limits.attemptMs * 2 };
  const sender = { sourceId: message.sourceId, message: { clientId: author } };
  for (const { channel, notice } of noticesAbout([{ sender, reason }])) {
    const told = await retry(patience, (timeoutMs) => deps.ably.publish(channel, notice, timeoutMs));
    if (told.outcome === "done") continue;
    deps.onFault(`a sender was not told: ${reason}`);
    return false;
  }
  return true;
}
