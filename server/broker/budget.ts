/**
 * Memory that the channels of an app share. Each adds what it keeps; when all is used, history makes room of its own and
 * presence takes no more.
 */
export class Budget {
  readonly #max: number;
  #used = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get used(): number {
    return this.#used;
  }

  get exceeded(): boolean {
    return this.#used > this.#max;
  }

  /** How much more there is room for. */
  get left(): number {
    return this.#max - this.#used;
  }

  take(amount: number): void {
    this.#used += amount;
  }

  give(amount: number): void {
    this.#used -= amount;
  }
}
