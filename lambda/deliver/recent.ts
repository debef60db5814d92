/** A bounded memory of what was done lately: the oldest is forgotten first, and everything after a while. */
export class Recent {
  readonly #seen = new Map<string, number>();
  /** It goes on where it stopped; a new one would pass every hole that an earlier deletion left. */
  readonly #oldestFirst = this.#seen.keys();
  readonly #entries: number;
  readonly #ms: number;
  readonly #now: () => number;

  constructor({ entries, ms, now }: { entries: number; ms: number; now: () => number }) {
    this.#entries = entries;
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

  /** The newest is always the last, so the first is the one to forget. */
  add(key: string): void {
    this.#seen.delete(key);
    this.#seen.set(key, this.#now());
    if (this.#seen.size <= this.#entries) return;
    const { value: oldest } = this.#oldestFirst.next();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}
