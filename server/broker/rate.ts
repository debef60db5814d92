/** Rates: what passes in each second; fixed windows, because one costs two numbers. */
export class Rate {
  #second = -1;
  #count = 0;

  /** Adds `amount` and answers the count of this second. */
  add(now: number, amount: number): number {
    this.#count = this.count(now) + amount;
    return this.#count;
  }

  /** The count of this second. */
  count(now: number): number {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    return this.#count;
  }
}

/** The rates of many accounts; what was counted is forgotten with the second. */
export class Rates {
  #second = -1;
  readonly #counts = new Map<string, number>();

  add(account: string, now: number, amount: number): void {
    this.#counts.set(account, this.count(account, now) + amount);
  }

  /** The count of one account in this second. */
  count(account: string, now: number): number {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#counts.clear();
    }
    return this.#counts.get(account) ?? 0;
  }
}
