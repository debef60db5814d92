/**
 * Everything between reading a request and answering it. What one author said in one room is a lane; lanes are worked on
 * side by side, and each of them in order. A lane stops at its first message that Ably could not take, so that nothing
 * overtakes it. What is left over then is settled (`settle.ts`): it comes back with the repeated request or is kept.
 */
import { isInbound } from "../channels.ts";
import type { InForce } from "../decide/decide.ts";
import { limits } from "../limits.ts";
import type { Delivery } from "../receive/entry.ts";
import { type DecideDeps, decideWithServices } from "./ask-services.ts";
import { copyIn, wasHeldBefore } from "./done-before.ts";
import { eventKey, type Fate, isPending, type MessageFate } from "./fate.ts";
import { type RecordDeps, record } from "./flags-and-audit.ts";
import { hold } from "./hold.ts";
import { type Lane, lanesOf, type Work, workThrough } from "./lanes.ts";
import { type OutboundChannel, openChannel, type PublishDeps } from "./publish-once.ts";
import type { RateLimit } from "./rate-limit.ts";
import { type Report, report } from "./report.ts";
import { type SettleDeps, settle } from "./settle.ts";
import type { Showing, ShowLive } from "./show-live.ts";
import type { UnderWay } from "./under-way.ts";

/** What every delivery takes, whatever policy is in force. */
export interface Equipment
  extends Omit<PublishDeps, "publishInDoubt">,
    SettleDeps,
    Omit<DecideDeps, "inForce">,
    Omit<RecordDeps, "inForce"> {
  /** Undefined where there is no desk. */
  readonly showLive: ShowLive | undefined;
  readonly rateLimit: RateLimit;
  readonly underWay: UnderWay;
}

/** What one delivery takes. */
export interface DeliverDeps extends Equipment {
  readonly inForce: InForce;
}

/** When publishing must stop, and when everything must. */
export interface Deadlines {
  readonly publish: number;
  readonly settle: number;
}

/** How a request is to be answered: 503 asks for it again. */
export interface Delivered extends Report {
  readonly status: 200 | 503;
}

/** Carry out a delivery; `deadlines` are on the clock of `deps`. */
export async function deliver(delivery: Delivery, deadlines: Deadlines, deps: DeliverDeps): Promise<Delivered> {
  const fates: Fate[] = delivery.entries.map((entry) => ({ entry }));
  const showing = deps.showLive?.(deadlines.settle);
  await beside(delivery, deps, () =>
    workThrough(lanesOf(fates), deps.sleep, createWork(deadlines.publish, deps, showing)),
  );
  const [status, unrecorded, unshown = 0] = await Promise.all([
    settle(fates, { mode: delivery.mode, deadline: deadlines.settle }, deps),
    record(fates, deadlines.settle, deps),
    showing?.rest(fates),
  ]);
  const { counts, decisions, oldestMs } = report(fates, deps);
  counts.unrecorded = unrecorded;
  counts.unshown = unshown;
  return { status, counts, decisions, oldestMs };
}

/** Works beside the other rule, where there is one. */
async function beside({ mode, entries }: Delivery, deps: DeliverDeps, work: () => Promise<void>): Promise<void> {
  if (!deps.batchFollows) return await work();
  if (mode === "single") return await deps.underWay.during(entries, work());
  await deps.underWay.end(entries, deps.sleep);
  await work();
}

/** The work on the messages of one request: to decide about each of them, and to send it. */
function createWork(deadline: number, deps: DeliverDeps, showing: Showing | undefined): Work {
  const { now, sleep, random, kept, publisher, recent } = deps;
  const publishInDoubt = deps.quarantine === undefined;
  const isTooFast = createSpeedCheck(deps);
  const channels = new Map<string, OutboundChannel>();
  const stopped = new Set<Lane>();
  const channelNamed = (name: string): OutboundChannel => {
    const channel = channels.get(name) ?? openChannel(name, { now, sleep, random, publisher, recent, publishInDoubt });
    channels.set(name, channel);
    return channel;
  };
  return {
    async decide(fate) {
      fate.outBefore = copyIn(deps.recent, fate.entry);
      if (fate.outBefore !== undefined) return;
      const decision = isTooFast(fate) ? tooFast : await decideWithServices(fate.entry, deadline, deps);
      fate.decision = (await wasHeldBefore(decision, deps)) ? { kind: "ignore", reason: "done already" } : decision;
    },
    decided: (fates) => showing?.along(fates),
    async carryOut(fate, lane) {
      const { entry, decision, outBefore } = fate;
      if (outBefore !== undefined) fate.sending = { outcome: "duplicate", attempts: 0 };
      if (decision?.kind !== "publish" && decision?.kind !== "hold") return;
      if (kept.has(eventKey(entry))) fate.sending = { outcome: "duplicate", attempts: 0 };
      else if (stopped.has(lane)) fate.sending = { outcome: "unsent", attempts: 0 };
      else if (decision.kind === "hold") fate.sending = await hold(decision, deps.store, { ...deps, deadline });
      else {
        const sentAt = entry.message.timestamp ?? now();
        fate.sending = await channelNamed(decision.channel).publishOnce(decision.message, sentAt, deadline);
      }
      if (isPending(fate)) stopped.add(lane);
    },
  };
}

/** Tells which messages of one request are more than their author may say. */
function createSpeedCheck({ now, rateLimit }: Pick<DeliverDeps, "now" | "rateLimit">): (fate: MessageFate) => boolean {
  const startedAt = now();
  const ends = { burst: startedAt + limits.burstMs, alone: startedAt + limits.aloneBurstMs } as const;
  return ({ entry }) => {
    if (!isInbound(entry.channel)) return false;
    const verdict = rateLimit.judge(entry, eventKey(entry));
    const isLate = (verdict === "burst" || verdict === "alone") && now() > ends[verdict];
    return (isLate ? rateLimit.refuse(entry, eventKey(entry)) : verdict) === "too-fast";
  };
}

const tooFast = { kind: "refuse", reason: "too-fast" } as const;
