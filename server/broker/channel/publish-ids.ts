import { Recent } from "../recent.ts";

/** Ids of recent publishes with what was answered, so that a repeat is answered alike and not published again. */
export class PublishIds {
  readonly #receipts = new Recent<readonly string[]>();
  readonly #windowMs: number;
  readonly #max: number;
  #newest = 0;

  constructor(windowMs: number, max: number) {
    this.#windowMs = windowMs;
    this.#max = max;
  }

  get(id: string, now: number): readonly string[] | undefined {
    const receipt = this.#receipts.get(id);
    return receipt === undefined || now - receipt.at > this.#windowMs ? undefined : receipt.value;
  }

  add(id: string, serials: readonly string[], now: number): void {
    this.#receipts.add(id, serials, now);
    this.#receipts.forget(now - this.#windowMs, this.#max);
    this.#newest = now;
  }

  /** The time at which the last id is forgotten, 0 when there is none. */
  get emptyAt(): number {
    return this.#receipts.size === 0 ? 0 : this.#newest + this.#windowMs;
  }
}
