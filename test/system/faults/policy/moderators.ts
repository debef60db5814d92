/**
 * Moderators at work in virtual time: every few seconds they read the queue and decide, sometimes two of them about one
 * case at once, and the process of the desk dies at any await, between approving and publishing too.
 */

import type { Publisher } from "../../../../lambda/deliver/publisher.ts";
import { Recent } from "../../../../lambda/deliver/recent.ts";
import { type CaseOutcome, decideCase, finishDecided } from "../../../../lambda/desk/decide-case.ts";
import type { DeskDeps } from "../../../../lambda/desk/desk.ts";
import type { Moderation } from "../../../../lambda/moderation-in-force.ts";
import { createStore } from "../../../../lambda/store/store.ts";
import type { Table } from "../../../../lambda/store/table.ts";
import type { FakeClock } from "../../../helpers/fake-clock.ts";
import type { Random } from "../random.ts";

export interface ModeratorOptions {
  readonly time: FakeClock;
  readonly random: Random;
  readonly table: Table;
  readonly publisher: Publisher;
  readonly moderation: Moderation;
  /** Does the desk's process die at this await? */
  readonly dies: () => boolean;
  /** Do they look for what earlier processes left undone? */
  readonly sweeps: boolean;
}

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

  /** One look at the queue, in which everything open is decided. Gives back how much was to do. */
  async look(): Promise<number> {
    const died = new Promise<"died">((resolve) => {
      this.#die = () => resolve("died");
    });
    const outcome = await Promise.race([this.#work().catch(() => 1), died]);
    if (outcome !== "died") return outcome;
    this.kills += 1;
    this.#desk = this.#start();
    return 1;
  }

  async #work(): Promise<number> {
    const desk = this.#desk;
    const finished = this.#options.sweeps ? await finishDecided(desk) : 0;
    const { cases } = await desk.store.cases.list({ state: "open" });
    const { cases: left } = this.#options.sweeps ? await desk.store.cases.list({ state: "unfinished" }) : { cases: [] };
    for (const { id, kind } of cases) await this.#decide(id, kind === "held", desk);
    return finished + cases.length + left.length;
  }

  async #decide(id: string, isHeld: boolean, desk: DeskDeps): Promise<void> {
    const { random } = this.#options;
    const outcome = () => (isHeld ? random.pick(["approved", "denied"] as const) : "dismissed");
    const decide = (by: string) => decideCase({ id, outcome: outcome(), by, reason: "" }, desk).catch(() => undefined);
    if (!random.chance(0.2)) return void (await decide("Ana"));
    this.races += 1;
    const both: (CaseOutcome | undefined)[] = await Promise.all(["Ana", "Bo"].map(decide));
    // a call that failed says nothing of who decided
    if (both.every((one) => one !== undefined) && both.filter((one) => one?.ok).length > 1) this.unfair += 1;
  }

  /** A process that remembers nothing. */
  #start(): DeskDeps {
    const { time, random, table, publisher, moderation, dies } = this.#options;
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
    const unused = () => Promise.resolve({ ok: false, kind: "rejected" } as const);
    return {
      store: createStore({ table: stepping, now: time.now, onFault: () => undefined }),
      ably: {
        publish: (channel, message, timeoutMs) => step(() => publisher.publish(channel, message, timeoutMs)),
        idsSince: (channel, since, timeoutMs) => step(() => publisher.idsSince(channel, since, timeoutMs)),
        message: unused,
        remove: unused,
        rewrite: unused,
        history: unused,
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

const never = (): Promise<never> => new Promise(() => undefined);
