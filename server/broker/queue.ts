/** A list that grows at its end and is forgotten from its start, without moving what stays each time. */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #start = 0;

  get size(): number {
    return this.#items.length - this.#start;
  }

  /** The item at `index`, counted from the oldest. */
  at(index: number): T | undefined {
    return this.#items[this.#start + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Forgets the oldest, if there is one. */
  shift(): void {
    if (this.size === 0) return;
    this.#items[this.#start++] = undefined;
    if (this.#start > 64 && this.#start * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
  }
}
