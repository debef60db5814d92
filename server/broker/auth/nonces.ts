import type { Nonces } from "./token-request.ts";

/** Keys seen within a time window, the oldest forgotten first. Bounded: when it is full of fresh keys it says so. */
export class RecentKeys implements Nonces {
  readonly #seen = new Map<string, number>();
  readonly #now: () => number;
  readonly #windowMs: number;
  readonly #max: number;

  constructor(now: () => number, windowMs: number, max: number) {
    this.#now = now;
    this.#windowMs = windowMs;
    this.#max = max;
  }

  use(key: string): "new" | "seen" | "full" {
    const now = this.#now();
    for (const [old, at] of this.#seen) {
      if (now - at <= this.#windowMs) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(key)) return "seen";
    if (this.#seen.size >= this.#max) return "full";
    this.#seen.set(key, now);
    return "new";
  }
}
