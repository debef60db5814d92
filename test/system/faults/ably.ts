/**
 * Ably as the function meets it, in virtual time: ids are remembered for two minutes and no longer, history is kept, and
 * requests are slow, refused, answered too late, or lost in either direction. An effect that was on its way when the
 * function gave up still happens.
 */

import type { Failure, Ids, Publishable, Published, Publisher } from "../../../lambda/deliver/publisher.ts";
import { limits } from "../../../lambda/limits.ts";
import type { FakeClock } from "../../helpers/fake-clock.ts";
import type { Random } from "./random.ts";

const DEDUPLICATION_MS = 120_000;

export interface Shown {
  readonly channel: string;
  readonly at: number;
  readonly message: Publishable;
}

/** A time during which something is wrong. */
export interface Trouble {
  readonly from: number;
  readonly to: number;
  readonly kind: "down" | "slow" | "limited" | "denied" | "flaky";
}

export class SimulatedAbly implements Publisher {
  /** Everything that subscribers were sent, in order. */
  readonly shown: Shown[] = [];
  readonly #byChannel = new Map<string, Shown[]>();
  readonly #time: FakeClock;
  readonly #random: Random;
  readonly #troubles: readonly Trouble[];
  readonly #ids = new Map<string, number>();
  /** No trouble any more. */
  calm = false;
  lookUps = 0;

  constructor(time: FakeClock, random: Random, troubles: readonly Trouble[]) {
    this.#time = time;
    this.#random = random;
    this.#troubles = troubles;
  }

  async publish(channel: string, message: Publishable, timeoutMs: number): Promise<Published> {
    return await this.#request<Published>(timeoutMs, () => {
      this.#accept(channel, message);
      return { ok: true };
    });
  }

  async idsSince(channel: string, since: number, timeoutMs: number): Promise<Ids> {
    this.lookUps += 1;
    return await this.#request<Ids>(timeoutMs, () => {
      const there = (this.#byChannel.get(channel) ?? []).filter(({ at }) => at >= since);
      return { ok: true, ids: new Set(there.map(({ message }) => message.id)) };
    });
  }

  async #request<T>(timeoutMs: number, effect: () => T): Promise<T | Failure> {
    const random = this.#random;
    const trouble = this.#troubleNow();
    const transient = { ok: false, kind: "transient" } as const;
    if (trouble === "denied") {
      await this.#time.sleep(random.between(5, 40));
      return { ok: false, kind: "denied", code: 40_160 };
    }
    if (trouble === "limited" && random.chance(0.7)) {
      await this.#time.sleep(5);
      return { ...transient, code: 42_911, retryAfterMs: random.between(0, 3) * 1_000 };
    }
    if (trouble === "down" && random.chance(0.95)) {
      // refused at once, or no answer at all
      await this.#time.sleep(random.chance(0.5) ? 5 : timeoutMs);
      return transient;
    }
    const there = trouble === "slow" ? random.between(200, 6_000) : random.between(2, 30);
    const back = trouble === "slow" ? random.between(0, 3_000) : random.between(2, 30);
    const isLost = (trouble === "flaky" && random.chance(0.2)) || (!this.calm && random.chance(0.002));
    const answer = this.#time.sleep(there).then(async () => {
      const result = effect();
      await this.#time.sleep(back);
      return result;
    });
    if (isLost || there + back > timeoutMs) {
      await this.#time.sleep(timeoutMs);
      return transient;
    }
    return await answer;
  }

  #troubleNow(): Trouble["kind"] | undefined {
    if (this.calm) return undefined;
    const now = this.#time.now();
    return this.#troubles.find(({ from, to }) => from <= now && now < to)?.kind;
  }

  #accept(channel: string, message: Publishable): void {
    const key = `${channel}\n${message.id.replace(/:\d+$/, "")}`;
    const now = this.#time.now();
    const before = this.#ids.get(key);
    if (before !== undefined && now - before < DEDUPLICATION_MS) return;
    this.#ids.set(key, now);
    const shown = { channel, at: now, message };
    this.shown.push(shown);
    const there = this.#byChannel.get(channel) ?? [];
    this.#byChannel.set(channel, there);
    there.push(shown);
  }
}

/** Troubles of every kind, one after the other with quiet in between. */
export function makeTroubles(random: Random, from: number, to: number): Trouble[] {
  const troubles: Trouble[] = [];
  for (let at = from + random.between(5_000, 60_000); at < to; ) {
    const kind: Trouble["kind"] = random.pick(["down", "down", "slow", "limited", "denied", "flaky"]);
    const isLong = random.chance(0.15);
    const lasts = isLong ? random.between(60_000, 290_000) : random.between(500, 30_000);
    troubles.push({ kind, from: at, to: at + lasts });
    at += lasts + random.between(10_000, 90_000);
  }
  return troubles;
}

/** The guard leaves this much of a second for the answer. */
export const LATEST_ANSWER_MS = limits.guardMs - 500;
