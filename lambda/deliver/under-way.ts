/**
 * The messages that single requests of this process are publishing. Where two rules bring each message, both requests can come
 * in the same moment: the batch waits for what the other one has begun, finds it done, and does not do all of it again. On AWS a
 * process has one request at a time, and nothing is ever under way.
 */
import { limits } from "../limits.ts";
import type { Entry } from "../receive/entry.ts";
import { End, type Sleep } from "../sleep.ts";
import { eventKey } from "./fate.ts";

export class UnderWay {
  readonly #works = new Map<string, Promise<unknown>>();

  /** These are under way as long as `work` lasts. */
  async during(entries: readonly Entry[], work: Promise<void>): Promise<void> {
    const keys = entries.map(eventKey);
    for (const key of keys) this.#works.set(key, work);
    try {
      await work;
    } finally {
      for (const key of keys) if (this.#works.get(key) === work) this.#works.delete(key);
    }
  }

  /** Resolves when none of these is under way any more, and after `limits.underWayMs` in any case. */
  async end(entries: readonly Entry[], sleep: Sleep): Promise<void> {
    const works = new Set(entries.flatMap((entry) => this.#works.get(eventKey(entry)) ?? []));
    if (works.size === 0) return;
    const done = new End();
    const late = sleep(limits.underWayMs, done);
    await Promise.race([Promise.allSettled(works), late]);
    done.come();
  }
}
