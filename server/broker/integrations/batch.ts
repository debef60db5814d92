/**
 * Batched delivery of one rule. The first event goes out at once; after that one request is under way at most, and the
 * next starts an interval after the last one did. A batch that fails stays at the head of the queue, newer events join
 * behind it, and the pause grows by √2 to a minute: order is kept, and an event is given up when it is too old.
 */
import type { Clock } from "../clock.ts";
import type { Attempt, Outcome } from "./attempt.ts";
import { batchDelivery, type Delivery, encodeItem } from "./envelope.ts";
import type { ChannelEvent } from "./event.ts";
import type { IntegrationLimits } from "./limits.ts";
import type { Promised } from "./promises.ts";
import type { RateGate } from "./rate.ts";
import { abandonedEvents, expiredEvents, failedPost, overRate, type Report, refusedEvent } from "./report.ts";
import type { Rule } from "./rule.ts";

/** What a rule needs in order to send; the same for both modes. */
export interface SenderDeps {
  readonly clock: Clock;
  readonly limits: IntegrationLimits;
  readonly gate: RateGate;
  /**
   * Requests of the gate that unbatched events leave to the batches, because these deliver what unbatched events drop.
   */
  readonly reserve: number;
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

/** Events that a rule may get, and what their messages count together, bytes. */
export interface Load {
  readonly events: number;
  readonly bytes: number;
}

/** Sends the events of one rule. */
export interface Sender {
  /** Whether the rule would take this much more. */
  hasRoom(more: Load): boolean;
  /** What waits to be delivered. */
  backlog(): Backlog;
  /** Takes an event, or refuses it with a report. The promise of an event is settled once. */
  offer(event: ChannelEvent, promised?: Promised): void;
  /** Delivers what waits, with no pauses but those after a failure; resolves when nothing waits any more. */
  drain(): Promise<void>;
  /** Ends timers and requests under way; what was not delivered is reported, unless it is written down. */
  close(): Promise<void>;
}

interface QueuedItem {
  readonly at: number;
  readonly event: ChannelEvent;
  readonly bytes: Buffer;
  readonly promised: Promised | undefined;
}

type State =
  | { readonly name: "idle" }
  | { readonly name: "pausing"; readonly stop: () => void }
  | { readonly name: "sending"; readonly attempt: Attempt; readonly done: Promise<void> }
  | { readonly name: "closed" };

/** A sender for a rule in batch mode. `series` begins each item's serial. */
export const createBatchSender = (rule: Rule, series: string, deps: SenderDeps): Sender =>
  new BatchSender(rule, series, deps);

class BatchSender implements Sender {
  readonly #rule: Rule;
  readonly #series: string;
  readonly #deps: SenderDeps;
  readonly #intervalMs: number;
  readonly #queue: QueuedItem[] = [];
  #queuedBytes = 0;
  #accepted = 0;
  #failures = 0;
  readonly #drained: (() => void)[] = [];
  #isDraining = false;
  #state: State = { name: "idle" };

  constructor(rule: Rule, series: string, deps: SenderDeps) {
    this.#rule = rule;
    this.#series = series;
    this.#deps = deps;
    this.#intervalMs = rule.batchIntervalMs ?? deps.limits.batchIntervalMs;
  }

  hasRoom({ events, bytes }: Load): boolean {
    const { queuedEvents, queuedBytes, itemBytes, itemGrowth } = this.#deps.limits;
    const most = this.#queuedBytes + events * itemBytes + bytes * itemGrowth;
    return this.#queue.length + events <= queuedEvents && most <= queuedBytes;
  }

  backlog(): Backlog {
    const now = this.#deps.clock.now();
    return { events: this.#queue.length, ageMs: now - (this.#queue[0]?.at ?? now) };
  }

  offer(event: ChannelEvent, promised?: Promised): void {
    if (this.#state.name === "closed") return;
    const { clock, limits, origin, report } = this.#deps;
    const at = promised?.at ?? clock.now();
    const serial = `${this.#series}:${this.#accepted}`;
    const bytes = encodeItem(this.#rule, event, { serial, timestamp: at, site: origin.site });
    if (this.#queue.length >= limits.queuedEvents || this.#queuedBytes + bytes.length > limits.queuedBytes) {
      promised?.settle();
      report(refusedEvent(this.#rule.id, event));
      return;
    }
    this.#accepted += 1;
    this.#queue.push({ at, event, bytes, promised });
    this.#queuedBytes += bytes.length;
    if (this.#state.name === "idle") this.#send();
  }

  drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#state.name === "pausing" && this.#failures === 0) {
      this.#state.stop();
      this.#send();
    }
    if (this.#queue.length === 0 || this.#state.name === "closed") return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  async close(): Promise<void> {
    const last = this.#state;
    this.#state = { name: "closed" };
    const lost = this.#remove(this.#queue.length).filter(({ promised }) => promised === undefined);
    if (lost.length > 0) this.#deps.report(abandonedEvents(this.#rule.id, lost.map(eventOf)));
    if (last.name === "pausing") last.stop();
    if (last.name === "sending") {
      last.attempt.cancel();
      await last.done;
    }
  }

  /** Sends what waits, as much as one request takes. */
  #send(): void {
    const { gate, limits, report } = this.#deps;
    this.#dropExpired();
    const items = this.#nextBatch();
    if (items.length === 0) {
      this.#state = { name: "idle" };
      this.#failures = 0;
      for (const done of this.#drained.splice(0)) done();
      return;
    }
    const wait = gate.take();
    if (wait === 0) {
      this.#post(items);
      return;
    }
    report(overRate(this.#rule.id, limits.requestsPerSecond));
    this.#pause(wait);
  }

  #post(items: readonly Buffer[]): void {
    const startedAt = this.#deps.clock.now();
    const attempt = this.#deps.start(this.#rule.url, batchDelivery(this.#rule, items));
    const done = attempt.outcome.then((outcome) => {
      if (this.#state.name === "closed" || outcome.kind === "cancelled") return;
      if (outcome.kind === "answered" && outcome.status >= 200 && outcome.status < 300) {
        this.#delivered(items.length, startedAt);
      } else this.#failed(outcome);
    });
    this.#state = { name: "sending", attempt, done };
  }

  #delivered(count: number, startedAt: number): void {
    for (const { promised } of this.#remove(count)) promised?.settle();
    this.#failures = 0;
    const left = this.#isDraining ? 0 : startedAt + this.#intervalMs - this.#deps.clock.now();
    if (left > 0) this.#pause(left);
    else this.#send();
  }

  #failed(outcome: Exclude<Outcome, { kind: "cancelled" }>): void {
    const { limits, report } = this.#deps;
    report(failedPost(this.#rule.id, outcome));
    this.#failures += 1;
    this.#pause(Math.min(limits.backoffCapMs, limits.backoffBaseMs * Math.SQRT2 ** this.#failures));
  }

  #pause(ms: number): void {
    this.#state = { name: "pausing", stop: this.#deps.clock.after(ms, () => this.#send()) };
  }

  #dropExpired(): void {
    const { clock, limits, report } = this.#deps;
    const oldest = clock.now() - limits.eventLifeMs;
    const kept = this.#queue.findIndex(({ at }) => at >= oldest);
    const lost = this.#remove(kept === -1 ? this.#queue.length : kept);
    for (const { promised } of lost) promised?.settle();
    if (lost.length > 0) report(expiredEvents(this.#rule.id, limits.eventLifeMs, lost.map(eventOf)));
  }

  #nextBatch(): Buffer[] {
    const { batchEvents, batchBytes } = this.#deps.limits;
    const items: Buffer[] = [];
    let size = 0;
    for (const { bytes } of this.#queue) {
      size += bytes.length;
      if (items.length === batchEvents || (items.length > 0 && size > batchBytes)) break;
      items.push(bytes);
    }
    return items;
  }

  /** Takes the oldest out of the queue. */
  #remove(count: number): QueuedItem[] {
    const items = this.#queue.splice(0, count);
    for (const { bytes } of items) this.#queuedBytes -= bytes.length;
    return items;
  }
}

const eventOf = ({ event }: QueuedItem): ChannelEvent => event;
