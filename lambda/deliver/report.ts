/** What is counted and logged about a request. Of what a client wrote it holds only ids, and those only when clean. */
import type { InForce } from "../decide/decide.ts";
import { REASONS, type Reason } from "../decide/reasons.ts";
import type { DecisionEntry } from "../log.ts";
import { type Count, noCounts } from "../metrics.ts";
import type { Moderator } from "../moderation/index.ts";
import { displayName } from "../person.ts";
import { type Fate, finalReason, isPending, stampOf } from "./fate.ts";

/** A decision, without what the invocation knows about it. */
export type Reported = Omit<DecisionEntry, "event" | "requestId">;

export interface Report {
  readonly counts: Record<Count, number>;
  readonly decisions: readonly Reported[];
  /** Age of the oldest message. */
  readonly oldestMs: number | undefined;
}

/** Sum up what became of everything in a request. */
export function report(
  fates: readonly Fate[],
  { now, inForce }: { readonly now: () => number; readonly inForce: InForce },
): Report {
  const at = now();
  const counts = noCounts();
  const decisions = fates.map((fate) => {
    const decision = describe(fate, at, inForce.policy.names);
    counts[decision.decision] += 1;
    if (decision.decision === "published" && (decision.starred ?? 0) > 0) counts.starred += 1;
    if (fate.isKept === true) counts.quarantined += 1;
    if (fate.isForgone === true) counts.forgone += 1;
    counts.retried += Math.max(0, (fate.sending?.attempts ?? 0) - 1);
    if (fate.sending?.denied === true) counts.denied += 1;
    return decision;
  });
  const stamps = fates.flatMap((fate) => stampOf(fate) ?? []);
  return { counts, decisions, oldestMs: stamps.length > 0 ? Math.max(0, at - Math.min(...stamps)) : undefined };
}

function describe(fate: Fate, now: number, moderator: Moderator): Reported {
  const { entry, decision, sending } = fate;
  if (entry.kind === "other") return { decision: "ignored", reason: entry.source };
  if (entry.kind === "nonsense") {
    return { decision: "failed", reason: "unreadable", quarantined: fate.isKept === true };
  }
  const { timestamp } = entry.message;
  const reason = finalReason(fate);
  const author = cleanAuthor(fate, entry.message.clientId ?? "", moderator);
  // field by field: every message comes through here
  const reported: Mutable<Reported> = { decision: nameOf(fate, reason), channel: entry.channel, author };
  if (fate.outBefore !== undefined) reported.id = fate.outBefore;
  if (reason !== undefined) reported.reason = reason;
  if (decision?.kind === "ignore") reported.reason = decision.reason;
  if (isPending(fate)) reported.reason = sending?.outcome === "unsent" ? "out of time" : "not-delivered";
  if (decision?.kind === "publish" || decision?.kind === "hold") {
    reported.id = decision.message.id;
    reported.starred = decision.starred;
  }
  if (sending !== undefined) reported.attempts = sending.attempts;
  if (sending?.code !== undefined) reported.code = sending.code;
  if (typeof timestamp === "number") reported.delayMs = Math.max(0, now - timestamp);
  if (fate.isKept === true) reported.quarantined = true;
  return reported;
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

function nameOf(fate: Fate, reason: Reason | undefined): DecisionEntry["decision"] {
  if (reason === "held") return "held";
  if (reason !== undefined) return REASONS[reason].outcome === "failed" ? "failed" : "refused";
  if (fate.decision?.kind === "ignore") return "ignored";
  if (isPending(fate)) return fate.isKept === true || fate.isForgone === true ? "failed" : "deferred";
  return fate.sending?.outcome === "duplicate" ? "duplicate" : "published";
}

/**
 * The author as it is logged, starred out like a text: more people read the log than the quarantine. The author of a
 * published message has been looked at already.
 */
function cleanAuthor({ decision, outBefore }: Fate, author: string, moderator: Moderator): string {
  if (decision?.kind === "publish" || decision?.kind === "hold" || outBefore !== undefined) return author;
  const name = displayName(author);
  try {
    return moderator.moderate(name).text + moderator.moderate(author.slice(name.length)).text;
  } catch {
    return "";
  }
}
