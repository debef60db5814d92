/**
 * A simulation of a rule's queue: messages arrive at random, wait for the batch rule's next request or go out one by one,
 * and are out when the function has published them. Times are in ms; a test holds it to the embedded broker's rule.
 */

export interface RuleQueue {
  readonly mode: "batch" | "single";
  /** Messages a second, all rooms of one Ably instance together. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Least time between two batched requests. */
  readonly intervalMs: number;
  /** Messages in one batched request. */
  readonly batchMessages: number;
  /** What an invocation takes before and after its publishes, and each round of publishes. */
  readonly overheadMs: number;
  readonly publishMs: number;
  /** Publishes that an invocation has under way at the same time. */
  readonly publishesAtOnce: number;
  /** Single requests that are answered at the same time: the function's concurrency, or Ably's own bound. */
  readonly concurrency: number;
  /** What waits longer is given up by Ably. */
  readonly lifeMs: number;
}

/** Ably's batch rule and a healthy function: 25 ms for a publish, 20 at once. */
export const USUAL: RuleQueue = {
  mode: "batch",
  perSecond: 10,
  seconds: 300,
  intervalMs: 1_000,
  batchMessages: 100,
  overheadMs: 10,
  publishMs: 25,
  publishesAtOnce: 20,
  concurrency: 25,
  lifeMs: 300_000,
};

export interface Simulated {
  /** From the publish to the moderated copy, ms. */
  readonly p50: number;
  readonly p99: number;
  /** Share of the messages that no request carried. */
  readonly lost: number;
  readonly requests: number;
  readonly messagesInARequest: number;
}

/** Simulates it; `random` (0 to 1) makes the arrivals. */
export function simulate(queue: RuleQueue, random: () => number): Simulated {
  return simulateArrivals(queue, arrivals(queue, random));
}

/** Poisson arrivals. */
function arrivals({ perSecond, seconds }: RuleQueue, random: () => number): number[] {
  const times: number[] = [];
  for (let at = 0; ; ) {
    at -= (Math.log(1 - random()) * 1_000) / perSecond;
    if (at >= seconds * 1_000) return times;
    times.push(at);
  }
}

/** As `simulate`, for arrivals that are known, in order. */
export function simulateArrivals(queue: RuleQueue, times: readonly number[]): Simulated {
  const { delays, requests } = queue.mode === "batch" ? batched(queue, times) : single(queue, times);
  const sorted = delays.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    p50: at(0.5),
    p99: at(0.99),
    lost: times.length === 0 ? 0 : 1 - delays.length / times.length,
    requests,
    messagesInARequest: requests === 0 ? 0 : delays.length / requests,
  };
}

interface Outcome {
  readonly delays: number[];
  readonly requests: number;
}

/** One request at a time; the next follows when the last was answered and the interval since its start is over. */
function batched(queue: RuleQueue, times: readonly number[]): Outcome {
  const delays: number[] = [];
  let requests = 0;
  let freeAt = 0;
  for (let next = 0; next < times.length; ) {
    const start = Math.max(freeAt, times[next] ?? 0);
    while (next < times.length && start - (times[next] ?? 0) > queue.lifeMs) next += 1;
    let end = next;
    while (end < times.length && end - next < queue.batchMessages && (times[end] ?? 0) <= start) end += 1;
    if (end === next) continue;
    for (let place = next; place < end; place += 1) {
      const rounds = Math.floor((place - next) / queue.publishesAtOnce) + 1;
      delays.push(start + queue.overheadMs + rounds * queue.publishMs - (times[place] ?? 0));
    }
    requests += 1;
    const took = queue.overheadMs + Math.ceil((end - next) / queue.publishesAtOnce) * queue.publishMs;
    freeAt = Math.max(start + queue.intervalMs, start + took);
    next = end;
  }
  return { delays, requests };
}

/** A request for each message; beyond the concurrency Ably drops it. */
function single(queue: RuleQueue, times: readonly number[]): Outcome {
  const took = queue.overheadMs + queue.publishMs;
  const busyUntil: number[] = [];
  const delays: number[] = [];
  for (const at of times) {
    while (busyUntil.length > 0 && (busyUntil[0] ?? 0) <= at) busyUntil.shift();
    if (busyUntil.length >= queue.concurrency) continue;
    busyUntil.push(at + took);
    delays.push(took);
  }
  return { delays, requests: delays.length };
}
