/** Counts what passes in each second; a fixed window, because it costs two numbers. */
export class Rate {
  #second = -1;
  #count = 0;

  /** Adds `amount` and answers the count of this second; the caller compares. */
  add(now: number, amount: number): number {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    this.#count += amount;
    return this.#count;
  }
}
