/** Ids of recent publishes with what was answered, so that a repeat is answered alike and not published again. */
export class PublishIds {
  readonly #receipts = new Map<string, { at: number; serials: readonly string[] }>();
  readonly #windowMs: number;
  readonly #max: number;

  constructor(windowMs: number, max: number) {
    this.#windowMs = windowMs;
    this.#max = max;
  }

  get(id: string, now: number): readonly string[] | undefined {
    const receipt = this.#receipts.get(id);
    return receipt === undefined || now - receipt.at > this.#windowMs ? undefined : receipt.serials;
  }

  add(id: string, serials: readonly string[], now: number): void {
    for (const [old, { at }] of this.#receipts) {
      if (now - at <= this.#windowMs && this.#receipts.size < this.#max) break;
      this.#receipts.delete(old);
    }
    this.#receipts.delete(id);
    this.#receipts.set(id, { at: now, serials });
    this.#newest = now;
  }

  #newest = 0;

  /** The time at which the last id is forgotten, 0 when there is none. */
  get emptyAt(): number {
    return this.#receipts.size === 0 ? 0 : this.#newest + this.#windowMs;
  }
}
