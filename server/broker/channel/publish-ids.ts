import { serialsUpTo } from "../ids.ts";
import { Recent } from "../recent.ts";

/**
 * Ids of recent publishes with what was answered, so that a repeat is answered alike and not published again. Of an
 * answer only the last serial is kept, which tells the others.
 */
export class PublishIds {
  readonly #lastSerials = new Recent<string>();
  readonly #windowMs: number;
  readonly #max: number;
  #newest = 0;

  constructor(windowMs: number, max: number) {
    this.#windowMs = windowMs;
    this.#max = max;
  }

  /** The serials that the publish with this id was given. */
  get(id: string, now: number): readonly string[] | undefined {
    const last = this.#lastSerials.get(id);
    return last === undefined || now - last.at > this.#windowMs ? undefined : serialsUpTo(last.value);
  }

  add(id: string, lastSerial: string, now: number): void {
    this.#lastSerials.add(id, lastSerial, now);
    this.#lastSerials.forget(now - this.#windowMs, this.#max);
    this.#newest = now;
  }

  /** The time at which the last id is forgotten, 0 when there is none. */
  get emptyAt(): number {
    return this.#lastSerials.size === 0 ? 0 : this.#newest + this.#windowMs;
  }
}
