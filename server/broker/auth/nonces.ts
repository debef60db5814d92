/** Nonces that were used lately, so that no token request is taken twice. */
import { Recent } from "../recent.ts";
import type { Nonces } from "./token-request.ts";

/** The keys seen within a time window. The oldest is forgotten first; a memory that is full of fresh keys says so. */
export class RecentKeys implements Nonces {
  readonly #seen = new Recent<true>();
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
    this.#seen.forget(now - this.#windowMs);
    if (this.#seen.get(key) !== undefined) return "seen";
    if (this.#seen.size >= this.#max) return "full";
    this.#seen.add(key, true, now);
    return "new";
  }
}
