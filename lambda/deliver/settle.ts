/**
 * Settles what was not published: it comes back with the repeated request, or it is kept and its sender is told.
 *
 * - It comes back (503) when Ably failed before anything was published, or when only time ran out.
 * - It is kept (200) after a partial success, so that a partly published batch does not come back once Ably has
 *   forgotten its ids, and when the rule will not repeat the request any more.
 * - A message that makes no sense or that Ably refuses is kept, and the others go on (200).
 * - What its sender can put right is told and not kept (200).
 *
 * Where a batch rule follows, a single request is for speed alone. What it could not publish is left to the batch (200); only
 * what it has decided is told at once.
 */
import type { Reason } from "../decide/reasons.ts";
import { limits } from "../limits.ts";
import type { Mode } from "../receive/entry.ts";
import { type Fate, finalReason, isPending, stampOf } from "./fate.ts";
import { type TellDeps, tell } from "./tell.ts";
import { isKeepable, type KeepDeps, keep, type Terms } from "./to-quarantine.ts";

export interface SettleDeps extends KeepDeps, TellDeps {
  /** Does a batch rule bring again whatever a single request brings? */
  readonly batchFollows: boolean;
}

/** Keep and tell; gives back the status that the request is to be answered with. */
export async function settle(fates: readonly Fate[], terms: Terms, deps: SettleDeps): Promise<200 | 503> {
  const pending = fates.filter(isPending);
  const isLastTry = oldest(pending, deps.now()) > lastTryMs(terms.mode);
  const wasPartial = fates.some((fate) => fate.sending?.outcome === "published");
  const hadFailure = pending.some((fate) => fate.sending?.outcome === "failed");
  const reasons = reasonsOf(fates, isLastTry || (wasPartial && hadFailure));

  const starred = fates.filter(isToldOfStars).map((fate) => [fate, "starred"] as const);
  if (pending.length + reasons.size + starred.length === 0) return 200;
  if (terms.mode === "single" && deps.batchFollows) {
    const refused = [...reasons].filter(([, why]) => !isKeepable(why));
    await tell([...refused, ...starred], { ...deps, deadline: terms.deadline });
    return 200;
  }
  const allKept = await keep(reasons, terms, deps);
  const isLost = (fate: Fate, why: Reason) =>
    !allKept && isKeepable(why) && fate.isForgone !== true && mustKeep(fate, deps);
  const told = [...reasons].filter(([fate, why]) => !isLost(fate, why) || isLastTry);
  await tell([...told, ...starred], { ...deps, deadline: terms.deadline });
  if (pending.some((fate) => fate.isKept !== true && fate.isForgone !== true)) return 503;
  return [...reasons].some(([fate, why]) => isLost(fate, why)) ? 503 : 200;
}

/** The age of a message whose request the rule will not repeat. */
const lastTryMs = (mode: Mode): number => (mode === "batch" ? limits.lastBatchTryMs : limits.lastSingleTryMs);

/** The entries that will never be published, each with its reason. */
function reasonsOf(fates: readonly Fate[], givesUp: boolean): Map<Fate, Reason> {
  const reasons = new Map<Fate, Reason>();
  for (const fate of fates) {
    const reason = finalReason(fate);
    if (reason !== undefined) reasons.set(fate, reason);
    else if (fate.entry.kind === "nonsense") reasons.set(fate, "unreadable");
    else if (givesUp && isPending(fate)) reasons.set(fate, "not-delivered");
  }
  return reasons;
}

/**
 * Must this entry be kept before its request is answered with 200? Where there is no quarantine, only what may still be
 * published must: any other would be repeated for nothing, and hold up the messages beside it.
 */
const mustKeep = (fate: Fate, { quarantine }: SettleDeps): boolean => quarantine !== undefined || isPending(fate);

const oldest = (fates: readonly Fate[], now: number): number =>
  Math.max(0, ...fates.map((fate) => now - (stampOf(fate) ?? now)));

/** Stars show by themselves; only a rule that says something about them is worth a notice. */
const isToldOfStars = ({ decision, sending }: Fate): boolean =>
  decision?.kind === "publish" && decision.tell !== undefined && sending?.outcome === "published";
