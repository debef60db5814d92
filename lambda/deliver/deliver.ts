/**
 * Everything between reading a request and answering it. Channels are worked on side by side and each of them in
 * order; a channel stops at its first message that Ably could not take, so that nothing overtakes it. What is left
 * over then either comes back with the repeated request or goes to quarantine, never neither:
 *
 * - It comes back (503) when Ably failed before anything was published, or when only time ran out.
 * - It is kept (200) after a partial success, so that a partly published batch does not come back once Ably has
 *   forgotten its ids, and when the rule will not repeat the request any more.
 * - A message that makes no sense or that Ably refuses is kept, and the others go on (200).
 */

import { noticesChannel, outboundFor } from "../channels.ts";
import { displayName, type Judgement, judge } from "../decide/decide.ts";
import { digest } from "../ids.ts";
import { limits } from "../limits.ts";
import { type Count, type Decision, noCounts } from "../log.ts";
import type { Moderator } from "../moderation/index.ts";
import { toJson } from "../quarantine/json.ts";
import { type Quarantine, type Quarantined, storable, storableRaw } from "../quarantine/quarantine.ts";
import type { Delivery, Entry } from "../receive/parse.ts";
import { noticeFor, REASONS, type Reason } from "./notices.ts";
import { type Delivered, openChannel, type RepublishDeps, withRetries } from "./publish-once.ts";
import type { Recent } from "./recent.ts";

export interface ProcessDeps extends Omit<RepublishDeps, "publishInDoubt"> {
  readonly moderator: Moderator;
  readonly quarantine: Quarantine | undefined;
  /** What was put into quarantine lately: a repeated request puts it there no more, nor publishes it out of order. */
  readonly kept: Recent;
  readonly textLength: number;
}

/** When publishing must stop, and when everything must. */
export interface Deadlines {
  readonly publish: number;
  readonly settle: number;
}

export interface Processed {
  readonly status: 200 | 503;
  readonly counts: Record<Count, number>;
  readonly decisions: readonly Omit<Decision, "event" | "requestId">[];
  readonly oldestMs: number | undefined;
}

type ReadableDelivery = Extract<Delivery, { ok: true }>;

type MessageEntry = Extract<Entry, { kind: "message" }>;

/** An entry and what is known about it so far. */
interface Work<E extends Entry = Entry> {
  readonly entry: E;
  judgement?: Judgement;
  delivered?: Delivered;
  quarantined?: boolean;
}

/** Carry out a delivery; `deadlines` are on the clock of `deps`. */
export async function process(delivery: ReadableDelivery, deadlines: Deadlines, deps: ProcessDeps): Promise<Processed> {
  const works: Work[] = delivery.entries.map((entry) => ({ entry }));
  await inParallel([...byChannel(works)], limits.parallelChannels, ([channel, queue]) =>
    workThrough(channel, queue, deadlines.publish, deps),
  );
  const status = await settle(works, delivery, deadlines.settle, deps);
  return { status, ...report(works, deps) };
}

/** In the order in which they came. */
function byChannel(works: readonly Work[]): Map<string, Work<MessageEntry>[]> {
  const channels = new Map<string, Work<MessageEntry>[]>();
  for (const work of works.filter(isAboutMessage)) {
    const queue = channels.get(work.entry.channel) ?? [];
    channels.set(work.entry.channel, queue);
    queue.push(work);
  }
  return channels;
}

const isAboutMessage = (work: Work): work is Work<MessageEntry> => work.entry.kind === "message";

async function workThrough(
  channel: string,
  queue: readonly Work<MessageEntry>[],
  deadline: number,
  deps: ProcessDeps,
): Promise<void> {
  const publishInDoubt = deps.quarantine === undefined;
  const outbound = openChannel(outboundFor(channel) ?? "", { ...deps, publishInDoubt });
  let stopped = false;
  for (const work of queue) {
    const { timestamp } = work.entry.message;
    work.judgement = judge(work.entry, deps.moderator, deps.textLength, deps.now());
    if (work.judgement.kind !== "publish") continue;
    if (deps.kept.has(keptKey(work.entry))) work.delivered = { outcome: "duplicate", attempts: 0 };
    else if (stopped) work.delivered = { outcome: "unsent", attempts: 0 };
    else work.delivered = await outbound.republish(work.judgement.message, timestamp ?? deps.now(), deadline);
    if (isPending(work)) stopped = true;
  }
}

/** It could go out yet. */
const isPending = (work: Work): boolean => work.delivered?.outcome === "failed" || work.delivered?.outcome === "unsent";

/** Why it will never go out as things are; undefined for everything else. */
function finalReason(work: Work): Reason | undefined {
  if (work.judgement?.kind === "refuse") return work.judgement.reason;
  if (work.delivered?.outcome === "rejected") return "publish-rejected";
  if (work.delivered?.outcome === "unverifiable") return "unverifiable";
  return undefined;
}

async function settle(
  works: readonly Work[],
  { mode }: ReadableDelivery,
  deadline: number,
  deps: ProcessDeps,
): Promise<200 | 503> {
  const pending = works.filter(isPending);
  const isLastTry = oldest(pending, deps.now()) > (mode === "batch" ? limits.lastBatchTryMs : limits.lastSingleTryMs);
  const wasPartial = works.some((work) => work.delivered?.outcome === "published");
  const hadFailure = pending.some((work) => work.delivered?.outcome === "failed");
  const givesUp = isLastTry || (wasPartial && hadFailure);

  const reasons = new Map<Work, Reason | "unreadable">();
  for (const work of works) {
    const reason = finalReason(work);
    if (reason !== undefined) reasons.set(work, reason);
    else if (work.entry.kind === "nonsense") reasons.set(work, "unreadable");
    else if (givesUp && isPending(work)) reasons.set(work, "not-delivered");
  }

  const kept = await keep(reasons, mode, deadline, deps);
  const lost = (work: Work, reason: Reason | "unreadable") => !kept && !isRefusal(reason) && mustKeep(work, deps);
  const told = [...reasons].filter(([work, reason]) => !lost(work, reason) || isLastTry);
  await tell(told, deadline, deps);

  if (pending.some((work) => work.quarantined !== true)) return 503;
  return [...reasons].some(([work, reason]) => lost(work, reason)) ? 503 : 200;
}

const isDuplicate = (work: Work): boolean => work.delivered?.outcome === "duplicate";

const isRefusal = (reason: Reason | "unreadable"): boolean =>
  reason !== "unreadable" && REASONS[reason].outcome === "refused";

/** Without a quarantine there is no sense in having a poisonous message repeated: it would hold up the others. */
const mustKeep = (work: Work, deps: ProcessDeps): boolean => deps.quarantine !== undefined || isPending(work);

function oldest(works: readonly Work[], now: number): number {
  return Math.max(0, ...works.map((work) => now - (stampOf(work) ?? now)));
}

const stampOf = (work: Work): number | undefined =>
  work.entry.kind === "message" ? (work.entry.message.timestamp ?? undefined) : undefined;

/** Put into quarantine what belongs there; true when that worked (or nothing did). */
async function keep(
  reasons: ReadonlyMap<Work, Reason | "unreadable">,
  mode: Quarantined["mode"],
  deadline: number,
  deps: ProcessDeps,
): Promise<boolean> {
  const { quarantine, kept, now } = deps;
  const due = [...reasons].filter(([, reason]) => reason === "unreadable" || REASONS[reason].quarantine);
  if (due.length === 0) return true;
  if (quarantine === undefined) return false;
  const records = due.map(([work, reason]) => ({ work, record: recordOf(work, reason, mode, now()) }));
  const fresh = records.filter(({ work }) => !kept.has(keptKey(work.entry)));
  if (fresh.length > 0) {
    const entries = fresh.map(({ record }) => record);
    const { outcome } = await withRetries(deadline, deps, async () => {
      const answer = await quarantine.keep(entries, Math.min(limits.keepMs, deadline - now()));
      if (answer === true) return { ok: true };
      return { ok: false, kind: answer === "full" ? "rejected" : "transient" };
    });
    if (outcome !== "published") return false;
  }
  for (const { work } of records) {
    work.quarantined = true;
    kept.add(keptKey(work.entry));
  }
  return true;
}

function recordOf(work: Work, reason: string, mode: Quarantined["mode"], at: number): Quarantined {
  const { entry, delivered } = work;
  const what: Quarantined["what"] =
    entry.kind === "message"
      ? { kind: "message", channel: entry.channel, sourceId: entry.sourceId, message: storable(entry.message) }
      : storableRaw(entry.kind === "nonsense" ? entry.raw : undefined);
  return {
    version: 1,
    at,
    reason,
    mode,
    what,
    attempts: delivered?.attempts ?? 0,
    ...(delivered?.code !== undefined && { code: delivered.code }),
  };
}

/** One event, and not one message: when the sender sends the same message again, that is another event. */
function keptKey(entry: Entry): string {
  if (entry.kind === "message") {
    const { clientId, timestamp } = entry.message;
    return [entry.channel, clientId, entry.sourceId, timestamp].join("\n");
  }
  return digest([toJson(entry) ?? ""]);
}

/** Tell each sender, as well as time allows: a notice that is lost costs a sender a wait, not a message. */
async function tell(
  told: readonly (readonly [Work, Reason | "unreadable"])[],
  deadline: number,
  deps: ProcessDeps,
): Promise<void> {
  await inParallel(told, limits.parallelNotices, async ([{ entry }, reason]) => {
    if (entry.kind !== "message" || reason === "unreadable") return;
    const author = entry.message.clientId ?? "";
    if (author === "" || author === "*") return;
    const notice = noticeFor(author, entry.sourceId, reason, entry.message.id || entry.sourceId);
    await withRetries(deadline, deps, (timeoutMs) => deps.publisher.publish(noticesChannel(author), notice, timeoutMs));
  });
}

function report(works: readonly Work[], deps: ProcessDeps) {
  const now = deps.now();
  const counts = noCounts();
  const decisions = works.map((work) => {
    const decision = describe(work, now, deps.moderator);
    counts[decision.decision] += 1;
    if (decision.decision === "published" && (decision.starred ?? 0) > 0) counts.starred += 1;
    if (work.quarantined === true) counts.quarantined += 1;
    counts.retried += Math.max(0, (work.delivered?.attempts ?? 0) - 1);
    if (work.delivered?.denied === true) counts.denied += 1;
    return decision;
  });
  const stamps = works.flatMap((work) => stampOf(work) ?? []);
  return { counts, decisions, oldestMs: stamps.length > 0 ? Math.max(0, now - Math.min(...stamps)) : undefined };
}

/** A decision for the log. Of what a client wrote it holds only ids, and those only when they are clean. */
function describe(work: Work, now: number, moderator: Moderator): Omit<Decision, "event" | "requestId"> {
  const { entry, judgement, delivered } = work;
  if (entry.kind === "other") return { decision: "ignored", reason: entry.source };
  if (entry.kind === "nonsense") {
    return { decision: "failed", reason: "unreadable", quarantined: work.quarantined === true };
  }
  const { timestamp } = entry.message;
  const reason = finalReason(work);
  return {
    decision: decisionOn(work, reason),
    channel: entry.channel,
    author: cleanName(entry.message.clientId ?? "", judgement, moderator),
    ...(reason !== undefined && { reason }),
    ...(judgement?.kind === "ignore" && { reason: judgement.reason }),
    ...(isPending(work) && { reason: delivered?.outcome === "unsent" ? "out of time" : "not-delivered" }),
    ...(judgement?.kind === "publish" && { id: judgement.message.id, starred: judgement.starred }),
    ...(delivered !== undefined && { attempts: delivered.attempts }),
    ...(delivered?.code !== undefined && { code: delivered.code }),
    ...(typeof timestamp === "number" && { delayMs: Math.max(0, now - timestamp) }),
    ...(work.quarantined === true && { quarantined: true }),
  };
}

function decisionOn(work: Work, reason: Reason | undefined): Decision["decision"] {
  if (reason !== undefined) return REASONS[reason].outcome;
  if (work.judgement?.kind === "ignore") return "ignored";
  if (isPending(work)) return work.quarantined === true ? "failed" : "deferred";
  return isDuplicate(work) ? "duplicate" : "published";
}

/** The log is read by more people than the quarantine. What is published has a clean author already. */
function cleanName(author: string, judgement: Judgement | undefined, moderator: Moderator): string {
  if (judgement?.kind === "publish") return author;
  const name = displayName(author);
  try {
    return moderator.moderate(name).text + author.slice(name.length);
  } catch {
    return "";
  }
}

/** Works on at most `limit` things at a time. */
async function inParallel<T>(things: readonly T[], limit: number, work: (thing: T) => Promise<void>): Promise<void> {
  const queue = things.values();
  const worker = async () => {
    for (const thing of queue) await work(thing);
  };
  await Promise.all(Array.from({ length: Math.min(limit, things.length) }, worker));
}
