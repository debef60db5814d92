/** A bounded memory of what was done lately: the oldest is forgotten first, and everything after a while. */
import { keepNewest } from "../keep-newest.ts";

export class Recent {
  readonly #seen = new Map<string, number>();
  readonly #set: (key: string, at: number) => void;
  readonly #ms: number;
  readonly #now: () => number;

  constructor({ entries, ms, now }: { entries: number; ms: number; now: () => number }) {
    this.#set = keepNewest(this.#seen, entries);
    this.#ms = ms;
    this.#now = now;
  }

  has(key: string): boolean {
    const at = this.#seen.get(key);
    return at !== undefined && this.#now() - at <= this.#ms;
  }

  delete(key: string): void {
    this.#seen.delete(key);
  }

  add(key: string): void {
    this.#set(key, this.#now());
  }
}
