/**
 * A simulation of a rule's queue: messages arrive at random, wait for the batch rule's next request or go out one by one,
 * and are out when the function has published them. Times are in ms; tests hold it to the embedded broker's rules and to
 * the function's lanes.
 */
import { limits } from "../../../lambda/limits.ts";
import { INTEGRATION_LIMITS } from "../../../server/broker/integrations/limits.ts";
import { type Publishing, publishedAt } from "./publishes.ts";

export interface RuleQueue extends Publishing {
  readonly mode: "batch" | "single";
  /** Messages a second, all rooms of one Ably instance together. */
  readonly perSecond: number;
  readonly seconds: number;
  /** What one author lets pass between two messages, s on average: so many authors there are for each message a second. */
  readonly pauseSeconds: number;
  /** Least time between two batched requests. */
  readonly intervalMs: number;
  /** Messages in one batched request. */
  readonly batchMessages: number;
  /** What an invocation takes before and after its publishes. */
  readonly overheadMs: number;
  /** Single requests that are answered at the same time, that wait for it, and that begin in a second. */
  readonly concurrency: number;
  readonly waiting: number;
  readonly requestsPerSecond: number;
  /** What waits longer is given up by Ably. */
  readonly lifeMs: number;
}

/** Ably's rules on the standard package and a healthy function: 25 ms for a request to Ably. */
export const USUAL: RuleQueue = {
  ...limits,
  mode: "batch",
  perSecond: 10,
  seconds: 300,
  pauseSeconds: 10,
  intervalMs: INTEGRATION_LIMITS.batchIntervalMs,
  batchMessages: INTEGRATION_LIMITS.batchEvents,
  overheadMs: 10,
  publishMs: 25,
  concurrency: INTEGRATION_LIMITS.singleInFlight,
  waiting: INTEGRATION_LIMITS.singleQueued,
  requestsPerSecond: INTEGRATION_LIMITS.requestsPerSecond,
  lifeMs: INTEGRATION_LIMITS.eventLifeMs,
};

/** A message: when it was published, ms, and by whom. */
export interface Arrival {
  readonly at: number;
  readonly author: number;
}

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

/** Poisson arrivals, each from any of the authors. */
function arrivals({ perSecond, seconds, pauseSeconds }: RuleQueue, random: () => number): Arrival[] {
  const all: Arrival[] = [];
  const authors = Math.max(1, Math.round(perSecond * pauseSeconds));
  for (let at = 0; ; ) {
    at -= (Math.log(1 - random()) * 1_000) / perSecond;
    if (at >= seconds * 1_000) return all;
    all.push({ at, author: Math.floor(random() * authors) });
  }
}

/** As `simulate`, for arrivals that are known, in order. */
export function simulateArrivals(queue: RuleQueue, all: readonly Arrival[]): Simulated {
  const { delays, requests } = queue.mode === "batch" ? batched(queue, all) : single(queue, all);
  const sorted = delays.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    p50: at(0.5),
    p99: at(0.99),
    lost: all.length === 0 ? 0 : 1 - delays.length / all.length,
    requests,
    messagesInARequest: requests === 0 ? 0 : delays.length / requests,
  };
}

interface Outcome {
  readonly delays: number[];
  readonly requests: number;
}

/** One request at a time; the next follows when the last was answered and the interval since its start is over. */
function batched(queue: RuleQueue, all: readonly Arrival[]): Outcome {
  const delays: number[] = [];
  let requests = 0;
  let freeAt = 0;
  for (let next = 0; next < all.length; ) {
    const start = Math.max(freeAt, all[next]?.at ?? 0);
    while (next < all.length && start - (all[next]?.at ?? 0) > queue.lifeMs) next += 1;
    const portion = all.slice(next, next + queue.batchMessages).filter(({ at }) => at <= start);
    if (portion.length === 0) continue;
    const out = outAt(queue, portion);
    for (const [place, { at }] of portion.entries()) delays.push(start + (out[place] ?? 0) - at);
    requests += 1;
    freeAt = Math.max(start + queue.intervalMs, start + Math.max(...out));
    next += portion.length;
  }
  return { delays, requests };
}

/** When each message of one request is out, ms after the request began. */
export const outAt = (queue: RuleQueue, portion: readonly Pick<Arrival, "author">[]): number[] =>
  publishedAt(
    portion.map(({ author }) => author),
    queue,
  ).map((published) => queue.overheadMs + published);

/** A request for each message. What finds no place to wait, or comes faster than requests may begin, Ably drops. */
function single(queue: RuleQueue, all: readonly Arrival[]): Outcome {
  const took = queue.overheadMs + queue.publishMs;
  /** When each request that was taken ends, in order. */
  const ends: number[] = [];
  const delays: number[] = [];
  let first = 0;
  let allowed = queue.requestsPerSecond;
  let filledAt = 0;
  for (const { at } of all) {
    while (first < ends.length && (ends[first] ?? 0) <= at) first += 1;
    if (ends.length - first >= queue.concurrency + queue.waiting) continue;
    const begun = Math.max(at, ends[ends.length - queue.concurrency] ?? 0);
    allowed = Math.min(queue.requestsPerSecond, allowed + ((begun - filledAt) * queue.requestsPerSecond) / 1_000);
    filledAt = begun;
    if (allowed < 1) continue;
    allowed -= 1;
    ends.push(begun + took);
    delays.push(begun + took - at);
  }
  return { delays, requests: delays.length };
}

/** Chance that is the same each time. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
