/**
 * Moderators at work in virtual time: every few seconds they read the queue and decide, sometimes two of them about one
 * case at once, and do whatever else there is to do at the desk. The process of the desk dies at any await, between
 * approving and publishing too.
 */

import { Recent } from "../../../../lambda/deliver/recent.ts";
import { type CaseOutcome, decideCase } from "../../../../lambda/desk/decide-case.ts";
import type { DeskDeps } from "../../../../lambda/desk/desk.ts";
import type { DeskAbly } from "../../../../lambda/desk/desk-ably.ts";
import { sweepDesk } from "../../../../lambda/desk/sweep.ts";
import type { Moderation } from "../../../../lambda/moderation-in-force.ts";
import type { Case } from "../../../../lambda/store/cases.ts";
import { createStore } from "../../../../lambda/store/store.ts";
import type { Table } from "../../../../lambda/store/table.ts";
import type { FakeClock } from "../../../helpers/fake-clock.ts";
import type { Random } from "../random.ts";
import type { Acts } from "./acts.ts";

export interface ModeratorOptions {
  readonly time: FakeClock;
  readonly random: Random;
  readonly table: Table;
  readonly ably: DeskAbly;
  readonly moderation: Moderation;
  /** Does the desk's process die at this await? */
  readonly dies: () => boolean;
  /** Do they look for what earlier processes left undone? */
  readonly sweeps: boolean;
  /** What they do besides deciding. */
  readonly acts: Acts;
}

/** How often a decision is followed by something else that there is to do. */
const ACTS = 0.4;

export class Moderators {
  kills = 0;
  /** Decisions that two took at once. */
  races = 0;
  /** Races of which both, or neither, were told that they decided. */
  unfair = 0;
  readonly #options: ModeratorOptions;
  #desk: DeskDeps;
  #die: () => void = () => undefined;

  constructor(options: ModeratorOptions) {
    this.#options = options;
    this.#desk = this.#start();
  }

  /** One look at the queue, in which everything open is decided, and other things are done. Gives back how much was to do. */
  async look(acts = ACTS): Promise<number> {
    const died = new Promise<"died">((resolve) => {
      this.#die = () => resolve("died");
    });
    const outcome = await Promise.race([this.#work(acts).catch(() => 1), died]);
    if (outcome !== "died") return outcome;
    this.kills += 1;
    this.#desk = this.#start();
    return 1;
  }

  async #work(acts: number): Promise<number> {
    const desk = this.#desk;
    const finished = this.#options.sweeps ? await sweepDesk(desk) : 0;
    const { cases } = await desk.store.cases.list({ state: "open" });
    const left = this.#options.sweeps ? await unfinishedIn(desk) : 0;
    for (const one of cases) {
      await this.#decide(one, desk);
      if (this.#options.random.chance(acts)) await this.#options.acts.any(desk);
    }
    return finished + cases.length + left;
  }

  async #decide(one: Case, desk: DeskDeps): Promise<void> {
    const { random, acts } = this.#options;
    const { id, kind } = one;
    if ((kind === "flagged" || kind === "reported") && random.chance(0.3)) return await acts.removeOf(one, desk);
    const outcome = () => random.pick(OUTCOMES[kind]);
    const decide = (by: string) => decideCase({ id, outcome: outcome(), by, reason: "" }, desk).catch(() => undefined);
    if (!random.chance(0.2)) return void (await decide("Ana"));
    this.races += 1;
    const both: (CaseOutcome | undefined)[] = await Promise.all(["Ana", "Bo"].map(decide));
    // a call that failed says nothing of who decided
    if (both.every((one) => one !== undefined) && both.filter((one) => one?.ok).length > 1) this.unfair += 1;
  }

  /** A process that remembers nothing. */
  #start(): DeskDeps {
    const { time, random, table, ably, moderation, dies } = this.#options;
    let isAlive = true;
    const step = async <T>(work: () => Promise<T>): Promise<T> => {
      const mayDie = () => {
        if (!isAlive || !dies()) return;
        isAlive = false;
        this.#die();
      };
      mayDie();
      if (!isAlive) return await never();
      const result = await work();
      mayDie();
      return isAlive ? result : await never();
    };
    const stepping: Table = {
      get: (key) => step(() => table.get(key)),
      put: (item, condition) => step(() => table.put(item, condition)),
      putAll: (items) => step(() => table.putAll(items)),
      remove: (keys) => step(() => table.remove(keys)),
      query: (query) => step(() => table.query(query)),
    };
    return {
      store: createStore({ table: stepping, now: time.now, onFault: () => undefined }),
      ably: {
        publish: (channel, message, timeoutMs) => step(() => ably.publish(channel, message, timeoutMs)),
        idsSince: (channel, since, timeoutMs) => step(() => ably.idsSince(channel, since, timeoutMs)),
        message: (channel, serial, timeoutMs) => step(() => ably.message(channel, serial, timeoutMs)),
        remove: (channel, serial, timeoutMs) => step(() => ably.remove(channel, serial, timeoutMs)),
        rewrite: (channel, change, timeoutMs) => step(() => ably.rewrite(channel, change, timeoutMs)),
        history: (channel, part, timeoutMs) => step(() => ably.history(channel, part, timeoutMs)),
      },
      moderation,
      words: { words: [], allow: [] },
      recent: new Recent({ entries: 10_000, ms: 360_000, now: time.now }),
      now: time.now,
      sleep: (ms, end) => step(() => time.sleep(ms, end)),
      random: random.next,
      onFault: () => undefined,
    };
  }
}

const OUTCOMES = {
  held: ["approved", "denied"],
  appealed: ["approved", "denied", "dismissed"],
  flagged: ["dismissed"],
  reported: ["dismissed"],
} as const satisfies Record<Case["kind"], readonly string[]>;

/** What a sweep has still to do. */
async function unfinishedIn({ store }: DeskDeps): Promise<number> {
  const { cases } = await store.cases.list({ state: "unfinished" });
  return cases.length + (await store.removals.list()).length;
}

const never = (): Promise<never> => new Promise(() => undefined);
