/**
 * Everything between reading a request and answering it. Channels are worked on side by side and each of them in
 * order; a channel stops at its first message that Ably could not take, so that nothing overtakes it. What is left
 * over then is settled (`settle.ts`): it either comes back with the repeated request or goes to quarantine.
 */
import { outboundFor } from "../channels.ts";
import { decide, type Rules } from "../decide/decide.ts";
import { limits } from "../limits.ts";
import type { Delivery } from "../receive/parse.ts";
import { type Fate, isOfMessage, isPending, type MessageFate } from "./fate.ts";
import { inParallel } from "./parallel.ts";
import { openChannel, type PublishDeps } from "./publish-once.ts";
import { type Report, report } from "./report.ts";
import { eventKey, type SettleDeps, settle } from "./settle.ts";

/** What carrying out a delivery takes. */
export interface DeliverDeps extends Omit<PublishDeps, "publishInDoubt">, SettleDeps, Rules {}

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
  await inParallel([...byChannel(fates)], limits.parallelChannels, ([channel, queue]) =>
    workThrough(channel, queue, deadlines.publish, deps),
  );
  const status = await settle(fates, { mode: delivery.mode, deadline: deadlines.settle }, deps);
  return { status, ...report(fates, deps) };
}

/** In the order in which they came. */
function byChannel(fates: readonly Fate[]): Map<string, MessageFate[]> {
  const channels = new Map<string, MessageFate[]>();
  for (const fate of fates.filter(isOfMessage)) {
    const queue = channels.get(fate.entry.channel) ?? [];
    channels.set(fate.entry.channel, queue);
    queue.push(fate);
  }
  return channels;
}

async function workThrough(
  channel: string,
  queue: readonly MessageFate[],
  deadline: number,
  deps: DeliverDeps,
): Promise<void> {
  const outbound = openChannel(outboundFor(channel) ?? "", { ...deps, publishInDoubt: deps.quarantine === undefined });
  let stopped = false;
  for (const fate of queue) {
    fate.decision = decide(fate.entry, deps, deps.now());
    if (fate.decision.kind !== "publish") continue;
    const sentAt = fate.entry.message.timestamp ?? deps.now();
    if (deps.kept.has(eventKey(fate.entry))) fate.sending = { outcome: "duplicate", attempts: 0 };
    else if (stopped) fate.sending = { outcome: "unsent", attempts: 0 };
    else fate.sending = await outbound.publishOnce(fate.decision.message, sentAt, deadline);
    if (isPending(fate)) stopped = true;
  }
}
