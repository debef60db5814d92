/** Ids of recent publishes, so that a repeat is answered like the first and not published again. */
import { serialsUpTo, timeOf } from "../ids.ts";
import { Queue } from "../queue.ts";

/**
 * Each recent id with what its publish was answered. Every publish leaves one behind for minutes, so only the last serial
 * is kept: the other serials and the time follow from it.
 */
export class PublishIds {
  readonly #lastSerials = new Map<string, string>();
  readonly #windowMs: number;
  readonly #max: number;
  /** The ids, oldest first. The Map knows the order too, but finds its oldest slowly after many deletions. */
  readonly #order = new Queue<string>();
  #newest = 0;

  constructor(windowMs: number, max: number) {
    this.#windowMs = windowMs;
    this.#max = max;
  }

  /** The serials that the publish with this id was given. */
  get(id: string, now: number): readonly string[] | undefined {
    const last = this.#lastSerials.get(id);
    return last === undefined || this.#isOld(last, now) ? undefined : serialsUpTo(last);
  }

  /** Adds an id that `get` does not know. */
  add(id: string, lastSerial: string, now: number): void {
    this.#forget(now);
    this.#lastSerials.set(id, lastSerial);
    this.#order.push(id);
    this.#newest = now;
  }

  /** Forgets all ids. */
  clear(): void {
    this.#lastSerials.clear();
    while (this.#order.size > 0) this.#order.shift();
  }

  /** The time at which the last id is forgotten, 0 when there is none. */
  get emptyAt(): number {
    return this.#lastSerials.size === 0 ? 0 : this.#newest + this.#windowMs;
  }

  #isOld(serial: string, now: number): boolean {
    return now - timeOf(serial) > this.#windowMs;
  }

  /** Makes room for one more. */
  #forget(now: number): void {
    for (let oldest = this.#order.at(0); oldest !== undefined; oldest = this.#order.at(0)) {
      if (this.#lastSerials.size < this.#max && !this.#isOld(this.#lastSerials.get(oldest) ?? "", now)) break;
      this.#lastSerials.delete(oldest);
      this.#order.shift();
    }
  }
}
