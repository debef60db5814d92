/**
 * Unbatched delivery of one rule: a request for each event, without order. A bounded number is under way, a few wait,
 * the rest is refused. An endpoint that fails (5xx, no answer) is asked again after 4 and after 20 seconds; any other
 * answer is final.
 */
import type { Attempt, Outcome } from "./attempt.ts";
import type { Backlog, Load, Sender, SenderDeps } from "./batch.ts";
import { type Delivery, singleDeliveries } from "./envelope.ts";
import type { ChannelEvent } from "./event.ts";
import type { Promised } from "./promises.ts";
import { abandonedEvents, failedPost, type IntegrationReport, overRate, refusedEvent } from "./report.ts";
import type { Rule } from "./rule.ts";

interface Job {
  readonly delivery: Delivery;
  /** What it delivers. */
  readonly event: ChannelEvent;
  /** When it was accepted. */
  readonly at: number;
  /** How often it has been tried. */
  tries: number;
  readonly promise: SharedPromise | undefined;
}

/** A promise that several jobs keep together. */
interface SharedPromise {
  readonly promised: Promised;
  /** Jobs that are not done yet. */
  left: number;
}

/** A sender for a rule in single mode. */
export const createSingleSender = (rule: Rule, deps: SenderDeps): Sender => new SingleSender(rule, deps);

class SingleSender implements Sender {
  readonly #rule: Rule;
  readonly #deps: SenderDeps;
  readonly #underWay = new Map<Attempt, { readonly job: Job; readonly done: Promise<void> }>();
  readonly #waiting: Job[] = [];
  /** Jobs between two tries: those whose time has not come hold a timer, the others wait in `due` for a place. */
  readonly #timers = new Map<Job, () => void>();
  readonly #due: Job[] = [];
  readonly #drained: (() => void)[] = [];
  #isClosed = false;

  constructor(rule: Rule, deps: SenderDeps) {
    this.#rule = rule;
    this.#deps = deps;
  }

  hasRoom({ events }: Load): boolean {
    const { singleInFlight, singleQueued } = this.#deps.limits;
    return this.#underWay.size + this.#waiting.length + events <= singleInFlight + singleQueued;
  }

  backlog(): Backlog {
    const jobs = this.#jobs();
    const now = this.#deps.clock.now();
    return { events: jobs.length, ageMs: jobs.reduce((age, { at }) => Math.max(age, now - at), 0) };
  }

  drain(): Promise<void> {
    if (this.#isIdle() || this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  offer(event: ChannelEvent, promised?: Promised): void {
    if (this.#isClosed) return;
    const { clock, limits, origin } = this.#deps;
    const deliveries = singleDeliveries(this.#rule, event, origin);
    const promise = promised && { promised, left: deliveries.length };
    const at = promised?.at ?? clock.now();
    for (const { delivery, event: own } of deliveries) {
      const job: Job = { delivery, event: own, at, tries: 0, promise };
      if (this.#underWay.size < limits.singleInFlight) this.#start(job);
      else if (this.#waiting.length < limits.singleQueued || promised?.isOld === true) this.#waiting.push(job);
      else this.#lose(job, refusedEvent(this.#rule.id, own));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const lost = this.#jobs().flatMap(({ event, promise }) => (promise === undefined ? event : []));
    if (lost.length > 0) this.#deps.report(abandonedEvents(this.#rule.id, lost));
    this.#waiting.length = 0;
    this.#due.length = 0;
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
    for (const attempt of this.#underWay.keys()) attempt.cancel();
    await Promise.all([...this.#underWay.values()].map(({ done }) => done));
  }

  #jobs(): Job[] {
    const underWay = [...this.#underWay.values()].map(({ job }) => job);
    return [...underWay, ...this.#waiting, ...this.#due, ...this.#timers.keys()];
  }

  #isIdle(): boolean {
    return this.#underWay.size + this.#waiting.length + this.#due.length + this.#timers.size === 0;
  }

  #start(job: Job): void {
    const { gate, limits, reserve } = this.#deps;
    if (gate.take(reserve) > 0) {
      this.#lose(job, overRate(this.#rule.id, limits.requestsPerSecond, [job.event]));
      return;
    }
    job.tries += 1;
    const attempt = this.#deps.start(this.#rule.url, job.delivery);
    const done = attempt.outcome.then((outcome) => {
      this.#underWay.delete(attempt);
      if (this.#isClosed || outcome.kind === "cancelled") return;
      this.#settle(job, outcome);
      this.#fill();
      if (this.#isIdle()) for (const tell of this.#drained.splice(0)) tell();
    });
    this.#underWay.set(attempt, { job, done });
  }

  #fill(): void {
    while (this.#underWay.size < this.#deps.limits.singleInFlight) {
      const job = this.#due.shift() ?? this.#waiting.shift();
      if (job === undefined) return;
      this.#start(job);
    }
  }

  #settle(job: Job, outcome: Exclude<Outcome, { kind: "cancelled" }>): void {
    if (outcome.kind === "answered" && outcome.status >= 200 && outcome.status < 300) {
      this.#done(job);
      return;
    }
    const { clock, limits } = this.#deps;
    const mayRetry = outcome.kind === "silent" || outcome.status >= 500;
    const delay = limits.singleRetryDelaysMs[job.tries - 1];
    if (!mayRetry || delay === undefined) {
      this.#lose(job, failedPost(this.#rule.id, outcome, [job.event]));
      return;
    }
    if (this.#timers.size + this.#due.length >= limits.singleRetrying) {
      this.#lose(job, refusedEvent(this.#rule.id, job.event));
      return;
    }
    const stop = clock.after(delay, () => {
      this.#timers.delete(job);
      this.#due.push(job);
      this.#fill();
    });
    this.#timers.set(job, stop);
  }

  /** Gives a job up, with a report. */
  #lose(job: Job, report: IntegrationReport): void {
    this.#done(job);
    this.#deps.report(report);
  }

  #done({ promise }: Job): void {
    if (promise !== undefined && --promise.left === 0) promise.promised.settle();
  }
}
