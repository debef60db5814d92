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
 * refusals are told at once.
 */
import { REASONS, type Reason } from "../decide/reasons.ts";
import { digest } from "../ids.ts";
import { toJson } from "../json.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { type Quarantined, storable, storableRaw } from "../quarantine/entry.ts";
import type { Keeper } from "../quarantine/quarantine.ts";
import type { Quota } from "../quarantine/quota.ts";
import { type Entry, type Mode, senderOf } from "../receive/entry.ts";
import { type Fate, finalReason, isPending, stampOf } from "./fate.ts";
import { noticesAbout } from "./notices.ts";
import { inParallel } from "./parallel.ts";
import type { Publisher } from "./publisher.ts";
import type { Recent } from "./recent.ts";
import { type Patience, retry } from "./retry.ts";

export interface SettleDeps extends Omit<Patience, "deadline"> {
  readonly publisher: Publisher;
  readonly quarantine: Keeper | undefined;
  /** What was put into quarantine lately. When its request is repeated, it is neither kept again nor published. */
  readonly kept: Recent;
  /** Does a batch rule bring again whatever a single request brings? */
  readonly batchFollows: boolean;
  readonly quota: Quota;
}

/** How the request came, and when everything must be over. */
interface Terms {
  readonly mode: Mode;
  readonly deadline: number;
}

/** Keep and tell; gives back the status that the request is to be answered with. */
export async function settle(fates: readonly Fate[], terms: Terms, deps: SettleDeps): Promise<200 | 503> {
  const pending = fates.filter(isPending);
  const isLastTry = oldest(pending, deps.now()) > lastTryMs(terms.mode);
  const wasPartial = fates.some((fate) => fate.sending?.outcome === "published");
  const hadFailure = pending.some((fate) => fate.sending?.outcome === "failed");
  const reasons = reasonsOf(fates, isLastTry || (wasPartial && hadFailure));

  if (terms.mode === "single" && deps.batchFollows) {
    const refused = [...reasons].filter(([, why]) => !isKeepable(why));
    await tell(refused, { ...deps, deadline: terms.deadline });
    return 200;
  }
  const allKept = await keep(reasons, terms, deps);
  const isLost = (fate: Fate, why: Reason) =>
    !allKept && isKeepable(why) && fate.isForgone !== true && mustKeep(fate, deps);
  const told = [...reasons].filter(([fate, why]) => !isLost(fate, why) || isLastTry);
  const starred = fates.filter(isToldOfStars).map((fate) => [fate, "starred"] as const);
  await tell([...told, ...starred], { ...deps, deadline: terms.deadline });
  if (pending.some((fate) => fate.isKept !== true && fate.isForgone !== true)) return 503;
  return [...reasons].some(([fate, why]) => isLost(fate, why)) ? 503 : 200;
}

/** The age of a message whose request the rule will not repeat. */
const lastTryMs = (mode: Mode): number => (mode === "batch" ? limits.lastBatchTryMs : limits.lastSingleTryMs);

/** Why each of those will not be published that will not. */
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

/** What the sender can put right, or knows already, is told and not kept. */
const isKeepable = (why: Reason): boolean => REASONS[why].outcome === "failed";

/** Without a quarantine there is no sense in having a poisonous message repeated: it would hold up the others. */
const mustKeep = (fate: Fate, { quarantine }: SettleDeps): boolean => quarantine !== undefined || isPending(fate);

const oldest = (fates: readonly Fate[], now: number): number =>
  Math.max(0, ...fates.map((fate) => now - (stampOf(fate) ?? now)));

/** Put into quarantine what belongs there; true when that worked (or nothing did). */
async function keep(reasons: ReadonlyMap<Fate, Reason>, { mode, deadline }: Terms, deps: SettleDeps): Promise<boolean> {
  const { quarantine, kept, now } = deps;
  const keepable = [...reasons].filter(([, why]) => isKeepable(why));
  if (keepable.length === 0) return true;
  if (quarantine === undefined) return false;
  const due = keepable.filter(([fate]) => hasRoom(fate, deps.quota));
  const fresh = due.filter(([{ entry }]) => !kept.has(eventKey(entry)));
  if (fresh.length > 0) {
    const entries = fresh.map(([fate, why]) => quarantined(fate, { why, mode, at: now() }));
    const { outcome } = await retry({ ...deps, deadline }, async () => {
      const answer = await quarantine.keep(entries, Math.min(limits.keepMs, deadline - now()));
      if (answer === "kept") return { ok: true } as const;
      return { ok: false, kind: answer === "full" ? "rejected" : "transient" } as const;
    });
    if (outcome !== "done") return false;
  }
  for (const [fate] of due) {
    fate.isKept = true;
    kept.add(eventKey(fate.entry));
  }
  return true;
}

/** Marks what goes beyond its sender's share of the quarantine. What names no sender has no share. */
function hasRoom(fate: Fate, quota: Quota): boolean {
  const { entry } = fate;
  const sender = senderOf(entry);
  if (sender === undefined) return true;
  const bytes = Buffer.byteLength(toJson(entry.kind === "nonsense" ? entry.raw : sender.message) ?? "");
  const allows = quota.allows(personOf(sender.message.clientId ?? ""), { event: eventKey(entry), bytes });
  if (!allows) fate.isForgone = true;
  return allows;
}

function quarantined(
  { entry, sending }: Fate,
  { why, mode, at }: { readonly why: Reason; readonly mode: Mode; readonly at: number },
): Quarantined {
  const what: Quarantined["what"] =
    entry.kind === "message"
      ? { kind: "message", channel: entry.channel, sourceId: entry.sourceId, message: storable(entry.message) }
      : storableRaw(entry.kind === "nonsense" ? entry.raw : undefined);
  const code = sending?.code;
  const attempts = sending?.attempts ?? 0;
  return { version: 1, at, reason: why, mode, what, attempts, ...(code !== undefined && { code }) };
}

/** Names one event, and not one message: when the sender sends the same message again, that is another event. */
export function eventKey(entry: Entry): string {
  if (entry.kind === "message") {
    const { clientId, timestamp } = entry.message;
    return [entry.channel, clientId, entry.sourceId, timestamp].join("\n");
  }
  return digest([entry.kind === "nonsense" ? storableRaw(entry.raw).raw : entry.source]);
}

/** Stars show by themselves; only a rule that says something about them is worth a notice. */
const isToldOfStars = ({ decision, sending }: Fate): boolean =>
  decision?.kind === "publish" && decision.tell !== undefined && sending?.outcome === "published";

/** What a rule says is about its own decision, not about a failure that came after it. */
function detailsOf({ decision }: Fate, reason: Reason): { readonly tell?: string; readonly until?: number } {
  const isOfRule = decision?.kind === "refuse" || reason === "held" || reason === "starred";
  if (!isOfRule || decision === undefined || decision.kind === "ignore") return {};
  const until = decision.kind === "refuse" ? decision.until : undefined;
  const { tell } = decision;
  return { ...(tell !== undefined && { tell }), ...(until !== undefined && { until }) };
}

/** Tell each sender, as well as time allows: a notice that is lost costs a sender a wait, not a message. */
async function tell(
  reasons: readonly (readonly [Fate, Reason])[],
  deps: Patience & Pick<SettleDeps, "publisher">,
): Promise<void> {
  const outcomes = reasons.flatMap(([fate, reason]) => {
    const sender = senderOf(fate.entry);
    return sender === undefined ? [] : [{ sender, reason, ...detailsOf(fate, reason) }];
  });
  await inParallel(noticesAbout(outcomes), limits.parallelNotices, async ({ channel, notice }) => {
    await retry(deps, (timeoutMs) => deps.publisher.publish(channel, notice, timeoutMs));
  });
}
