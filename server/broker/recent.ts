/** Recent values by key, the oldest forgotten first. */
import { Queue } from "./queue.ts";

/**
 * A Map with a queue beside it. The Map alone would do, but the search for its oldest entry passes every hole that earlier
 * deletions left; the queue knows the oldest at once.
 */
export class Recent<Value> {
  readonly #byKey = new Map<string, Entry<Value>>();
  readonly #order = new Queue<Entry<Value>>();

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Entry<Value> | undefined {
    return this.#byKey.get(key);
  }

  /** Adds a value as the newest one, in place of an older one with the same key. */
  add(key: string, value: Value, at: number): void {
    const entry = { key, value, at };
    this.#byKey.set(key, entry);
    this.#order.push(entry);
  }

  /** Forgets what was added before `time`, and then the oldest until at most `most` are left. */
  forget(time: number, most = Number.POSITIVE_INFINITY): void {
    for (let oldest = this.#order.at(0); oldest !== undefined; oldest = this.#order.at(0)) {
      if (oldest.at >= time && this.#byKey.size <= most) break;
      this.#order.shift();
      if (this.#byKey.get(oldest.key) === oldest) this.#byKey.delete(oldest.key);
    }
  }
}

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
  readonly at: number;
}
