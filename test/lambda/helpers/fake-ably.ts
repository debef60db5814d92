/** Stands in for Ably behind the `Publisher` interface: its two-minute de-duplication, its history, and its failures. */
import { noticesChannel } from "../../../lambda/channels.ts";
import type { Failure, Ids, Publishable, Published, Publisher } from "../../../lambda/deliver/publisher.ts";

export interface Delivery {
  readonly channel: string;
  readonly at: number;
  readonly message: Publishable;
}

export class FakeAbly implements Publisher {
  /** What subscribers saw, in their order. */
  readonly delivered: Delivery[] = [];
  /** Answers for the next calls of `publish`, before it works again. `lost` delivers and then loses the answer. */
  readonly failures: (Failure | "lost")[] = [];
  /** An answer that the look into the history gives instead of the history. */
  historyFailure: Failure | undefined;
  publishes = 0;
  lookUps = 0;
  readonly #now: () => number;
  readonly #ids = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async publish(channel: string, message: Publishable): Promise<Published> {
    this.publishes += 1;
    const failure = this.failures.shift();
    if (failure !== undefined && failure !== "lost") return failure;
    this.#accept(channel, message);
    return failure === "lost" ? { ok: false, kind: "transient" } : { ok: true };
  }

  #accept(channel: string, message: Publishable): void {
    const base = `${channel}\n${message.id.replace(/:\d+$/, "")}`;
    const before = this.#ids.get(base);
    if (before !== undefined && this.#now() - before < 120_000) return;
    this.#ids.set(base, this.#now());
    this.delivered.push({ channel, at: this.#now(), message });
  }

  async idsSince(channel: string, since: number): Promise<Ids> {
    this.lookUps += 1;
    if (this.historyFailure !== undefined) return this.historyFailure;
    const there = this.delivered.filter((delivery) => delivery.channel === channel && delivery.at >= since);
    return { ok: true, ids: new Set(there.map(({ message }) => message.id)) };
  }

  on(channel: string): Publishable[] {
    return this.delivered.filter((delivery) => delivery.channel === channel).map(({ message }) => message);
  }

  texts(channel = "chat:to-clients"): unknown[] {
    return this.on(channel).map(({ data }) => data);
  }

  notices(clientId: string): unknown[] {
    return this.on(noticesChannel(clientId)).map(({ data }) => JSON.parse(data));
  }
}
