/**
 * One of Ably's instances carrying out the batch rule, in virtual time: one request at a time, the next a second later,
 * repeats after 1.4 s and then 1.4 times longer up to a minute, newer events appended, and what is older than five
 * minutes thrown away. Sometimes it is held up, or sends again what was answered with 200.
 */
import type { LambdaFunctionURLEvent } from "aws-lambda";
import type { FakeClock } from "../../helpers/fake-clock.ts";
import { signed } from "../../lambda/helpers/requests.ts";
import type { Seen } from "./environment.ts";
import type { Random } from "./random.ts";

const MOST_ITEMS = 100;
const INTERVAL_MS = 1_000;
const GIVE_UP_MS = 300_000;

export interface RuleEvent {
  readonly at: number;
  /** As it is in a batch. */
  readonly item: {
    readonly source: string;
    readonly data: { readonly channelId: string; readonly site: string; readonly messages: readonly object[] };
  };
}

/** What the run needs from either mode. */
export interface Rule {
  readonly requests: number;
  /** Answers that came back: all of them, to look for leaks. */
  readonly answers: readonly Seen[];
  offer(event: RuleEvent): void;
  /** Settles when everything was sent or thrown away. */
  finish(): Promise<void>;
}

export interface RuleOptions {
  readonly time: FakeClock;
  readonly random: Random;
  readonly post: (event: LambdaFunctionURLEvent) => Promise<Seen>;
  /** Probability that a request which was answered is sent once more, within five minutes. */
  readonly repeats: number;
  /** Probability that a request waits, until its events are almost five minutes old, before it is sent. */
  readonly holds: number;
}

export class BatchRule implements Rule {
  /** Events that were never answered with 2xx. */
  discarded: RuleEvent[] = [];
  requests = 0;
  readonly answers: Seen[] = [];
  #queue: RuleEvent[] = [];
  #running: Promise<void> | undefined;
  readonly #repeated: Promise<void>[] = [];
  readonly #options: RuleOptions;

  constructor(options: RuleOptions) {
    this.#options = options;
  }

  offer(event: RuleEvent): void {
    this.#queue.push(event);
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  async finish(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    await Promise.all(this.#repeated);
  }

  async #drain(): Promise<void> {
    const { time, random, holds } = this.#options;
    let delay = INTERVAL_MS;
    while (this.#queue.length > 0) {
      if (random.chance(holds)) await time.sleep(random.between(1_000, this.#longestHold()));
      this.#discardOld();
      const events = this.#queue.slice(0, MOST_ITEMS);
      if (events.length === 0) return;
      const seen = await this.#send(events);
      if (seen.status >= 200 && seen.status < 300) {
        this.#queue.splice(0, events.length);
        delay = INTERVAL_MS;
        this.#maybeRepeat(events);
        await time.sleep(INTERVAL_MS);
      } else {
        delay = Math.min(60_000, delay * Math.SQRT2);
        await time.sleep(delay);
      }
    }
  }

  /** Held up, but not until it is too late. */
  #longestHold(): number {
    const waited = this.#options.time.now() - (this.#queue[0]?.at ?? 0);
    return Math.max(1_000, GIVE_UP_MS - 10_000 - waited);
  }

  #discardOld(): void {
    const limit = this.#options.time.now() - GIVE_UP_MS;
    while (this.#queue[0] !== undefined && this.#queue[0].at < limit) this.discarded.push(...this.#queue.splice(0, 1));
  }

  async #send(events: readonly RuleEvent[]): Promise<Seen> {
    this.requests += 1;
    const seen = await this.#options.post(signed(JSON.stringify({ items: events.map(({ item }) => item) })));
    this.answers.push(seen);
    return seen;
  }

  #maybeRepeat(events: readonly RuleEvent[]): void {
    const { time, random, repeats } = this.#options;
    if (!random.chance(repeats)) return;
    const youngest = Math.max(...events.map(({ at }) => at));
    const latest = youngest + GIVE_UP_MS - time.now();
    if (latest <= 0) return;
    this.#repeated.push(time.sleep(random.between(0, latest)).then(async () => void (await this.#send(events))));
  }
}
