/**
 * Unbatched delivery of one rule: a request for each event, without order. A bounded number is under way, a few wait,
 * the rest is refused. An endpoint that fails (5xx, no answer) is asked again after 4 and after 20 seconds; any other
 * answer is final.
 */
import type { Attempt, Outcome } from "./attempt.ts";
import type { Sender, SenderDeps } from "./batch.ts";
import { type Delivery, singleDeliveries } from "./envelope.ts";
import type { ChannelEvent } from "./event.ts";
import { abandonedEvents, failedPost, overRate, refusedEvent } from "./report.ts";
import type { Rule } from "./rule.ts";

interface Job {
  readonly delivery: Delivery;
  /** What it delivers. */
  readonly event: ChannelEvent;
  /** When it was accepted. */
  readonly at: number;
  /** How often it has been tried. */
  tries: number;
}

/** A sender for a rule in single mode. */
export function createSingleSender(rule: Rule, deps: SenderDeps): Sender {
  const { clock, limits, gate, report, origin } = deps;
  const underWay = new Map<Attempt, { readonly job: Job; readonly done: Promise<void> }>();
  const waiting: Job[] = [];
  /** Jobs between two tries: those whose time has not come hold a timer, the others wait in `due` for a place. */
  const timers = new Map<Job, () => void>();
  const due: Job[] = [];
  const drained: (() => void)[] = [];
  let closed = false;

  const start = (job: Job): void => {
    if (gate.take() > 0) {
      report(overRate(rule.id, limits.requestsPerSecond, [job.event]));
      return;
    }
    job.tries += 1;
    const attempt = deps.start(rule.url, job.delivery);
    const done = attempt.outcome.then((outcome) => {
      underWay.delete(attempt);
      if (closed || outcome.kind === "cancelled") return;
      settle(job, outcome);
      fill();
      tellDrained();
    });
    underWay.set(attempt, { job, done });
  };

  const fill = (): void => {
    while (underWay.size < limits.singleInFlight) {
      const job = due.shift() ?? waiting.shift();
      if (job === undefined) return;
      start(job);
    }
  };

  const settle = (job: Job, outcome: Exclude<Outcome, { kind: "cancelled" }>): void => {
    if (outcome.kind === "answered" && outcome.status >= 200 && outcome.status < 300) return;
    const mayRetry = outcome.kind === "silent" || outcome.status >= 500;
    const delay = limits.singleRetryDelaysMs[job.tries - 1];
    if (!mayRetry || delay === undefined) {
      report(failedPost(rule.id, outcome, [job.event]));
      return;
    }
    if (timers.size + due.length >= limits.singleRetrying) {
      report(refusedEvent(rule.id, job.event));
      return;
    }
    const stop = clock.after(delay, () => {
      timers.delete(job);
      due.push(job);
      fill();
    });
    timers.set(job, stop);
  };

  const isIdle = (): boolean => underWay.size + waiting.length + due.length + timers.size === 0;

  const tellDrained = (): void => {
    if (isIdle()) for (const done of drained.splice(0)) done();
  };

  return {
    hasRoom: (events) => underWay.size + waiting.length + events <= limits.singleInFlight + limits.singleQueued,
    backlog() {
      const jobs = [...[...underWay.values()].map(({ job }) => job), ...waiting, ...due, ...timers.keys()];
      const now = clock.now();
      return { events: jobs.length, ageMs: jobs.reduce((age, { at }) => Math.max(age, now - at), 0) };
    },
    drain: () => (isIdle() || closed ? Promise.resolve() : new Promise((resolve) => drained.push(resolve))),
    offer(event) {
      if (closed) return;
      for (const { delivery, event: own } of singleDeliveries(rule, event, origin)) {
        const job: Job = { delivery, event: own, at: clock.now(), tries: 0 };
        if (underWay.size < limits.singleInFlight) start(job);
        else if (waiting.length < limits.singleQueued) waiting.push(job);
        else report(refusedEvent(rule.id, own));
      }
    },
    async close() {
      closed = true;
      const jobs = [...waiting, ...due, ...timers.keys(), ...[...underWay.values()].map(({ job }) => job)];
      const lost = jobs.map(({ event }) => event);
      if (lost.length > 0) report(abandonedEvents(rule.id, lost));
      waiting.length = 0;
      due.length = 0;
      for (const stop of timers.values()) stop();
      timers.clear();
      for (const attempt of underWay.keys()) attempt.cancel();
      await Promise.all([...underWay.values()].map(({ done }) => done));
    },
  };
}
