/**
 * Batched delivery of one rule. The first event goes out at once; after that one request is under way at most, and the
 * next starts an interval after the last one did. A batch that fails stays at the head of the queue, newer events join
 * behind it, and the pause grows by √2 to a minute: order is kept, and an event is given up when it is too old.
 */
import type { Clock } from "../clock.ts";
import type { Attempt } from "./attempt.ts";
import { batchDelivery, type Delivery, encodeItem } from "./envelope.ts";
import type { ChannelEvent } from "./event.ts";
import type { IntegrationLimits } from "./limits.ts";
import type { RateGate } from "./rate.ts";
import { abandonedEvents, expiredEvents, failedPost, overRate, type Report, refusedEvent } from "./report.ts";
import type { Rule } from "./rule.ts";

/** What a rule needs in order to send; the same for both modes. */
export interface SenderDeps {
  readonly clock: Clock;
  readonly limits: IntegrationLimits;
  readonly gate: RateGate;
  readonly report: Report;
  readonly origin: { readonly appId: string; readonly site: string };
  start(url: string, delivery: Delivery): Attempt;
}

/** What a rule has accepted and not delivered. */
export interface Backlog {
  readonly events: number;
  /** How long the oldest of them has waited. */
  readonly ageMs: number;
}

/** One rule's way out. */
export interface Sender {
  /** Whether so many more events would be taken. */
  hasRoom(events: number): boolean;
  /** What waits to be delivered. */
  backlog(): Backlog;
  /** Takes an event, or refuses it with a report. */
  offer(event: ChannelEvent): void;
  /** Delivers what waits without further pauses than those after a failure; resolves when nothing waits any more. */
  drain(): Promise<void>;
  /** Ends timers and requests under way; what was not delivered is reported. */
  close(): Promise<void>;
}

interface QueuedItem {
  readonly at: number;
  readonly event: ChannelEvent;
  readonly bytes: Buffer;
}

type State =
  | { readonly name: "idle" }
  | { readonly name: "pausing"; readonly stop: () => void }
  | { readonly name: "sending"; readonly attempt: Attempt; readonly done: Promise<void> }
  | { readonly name: "closed" };

/** A sender for a rule in batch mode. `series` begins each item's serial. */
export function createBatchSender(rule: Rule, series: string, deps: SenderDeps): Sender {
  const { clock, limits, gate, report, origin } = deps;
  const intervalMs = rule.batchIntervalMs ?? limits.batchIntervalMs;
  const queue: QueuedItem[] = [];
  let queuedBytes = 0;
  let accepted = 0;
  let failures = 0;
  const drained: (() => void)[] = [];
  let isDraining = false;
  let state: State = { name: "idle" };

  const remove = (count: number): void => {
    for (const { bytes } of queue.splice(0, count)) queuedBytes -= bytes.length;
  };

  const dropExpired = (): void => {
    const oldest = clock.now() - limits.eventLifeMs;
    const kept = queue.findIndex(({ at }) => at >= oldest);
    const expired = kept === -1 ? queue.length : kept;
    if (expired === 0) return;
    const lost = queue.slice(0, expired).map(({ event }) => event);
    remove(expired);
    report(expiredEvents(rule.id, limits.eventLifeMs, lost));
  };

  const nextBatch = (): Buffer[] => {
    const items: Buffer[] = [];
    let size = 0;
    for (const { bytes } of queue) {
      size += bytes.length;
      if (items.length === limits.batchEvents || (items.length > 0 && size > limits.batchBytes)) break;
      items.push(bytes);
    }
    return items;
  };

  const pause = (ms: number): void => {
    state = { name: "pausing", stop: clock.after(ms, send) };
  };

  const send = (): void => {
    dropExpired();
    const items = nextBatch();
    if (items.length === 0) {
      state = { name: "idle" };
      failures = 0;
      for (const done of drained.splice(0)) done();
      return;
    }
    const wait = gate.take();
    if (wait > 0) {
      report(overRate(rule.id, limits.requestsPerSecond));
      pause(wait);
      return;
    }
    const startedAt = clock.now();
    const attempt = deps.start(rule.url, batchDelivery(rule, items));
    const done = attempt.outcome.then((outcome) => {
      if (state.name === "closed" || outcome.kind === "cancelled") return;
      if (outcome.kind === "answered" && outcome.status >= 200 && outcome.status < 300) {
        remove(items.length);
        failures = 0;
        const left = isDraining ? 0 : startedAt + intervalMs - clock.now();
        if (left > 0) pause(left);
        else send();
        return;
      }
      report(failedPost(rule.id, outcome));
      failures += 1;
      pause(Math.min(limits.backoffCapMs, limits.backoffBaseMs * Math.SQRT2 ** failures));
    });
    state = { name: "sending", attempt, done };
  };

  return {
    hasRoom: (events) =>
      queue.length + events <= limits.queuedEvents && queuedBytes + events * limits.roomBytes <= limits.queuedBytes,
    backlog: () => ({ events: queue.length, ageMs: clock.now() - (queue[0]?.at ?? clock.now()) }),
    offer(event) {
      if (state.name === "closed") return;
      const at = clock.now();
      const bytes = encodeItem(rule, event, { serial: `${series}:${accepted}`, timestamp: at, site: origin.site });
      if (queue.length >= limits.queuedEvents || queuedBytes + bytes.length > limits.queuedBytes) {
        report(refusedEvent(rule.id, event));
        return;
      }
      accepted += 1;
      queue.push({ at, event, bytes });
      queuedBytes += bytes.length;
      if (state.name === "idle") send();
    },
    drain() {
      isDraining = true;
      if (state.name === "pausing" && failures === 0) {
        state.stop();
        send();
      }
      if (queue.length === 0 || state.name === "closed") return Promise.resolve();
      return new Promise((resolve) => drained.push(resolve));
    },
    async close() {
      const last = state;
      state = { name: "closed" };
      if (queue.length > 0) {
        report(
          abandonedEvents(
            rule.id,
            queue.map(({ event }) => event),
          ),
        );
      }
      remove(queue.length);
      if (last.name === "pausing") last.stop();
      if (last.name === "sending") {
        last.attempt.cancel();
        await last.done;
      }
    },
  };
}
