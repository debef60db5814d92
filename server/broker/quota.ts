/** A quota: how much of something all may have in a second, each client of it, and what is left for the team's servers. */
import { Rate, Rates } from "./rate.ts";

export interface QuotaLimits {
  /** For all together. */
  readonly all: number;
  /** For one client. */
  readonly each: number;
  /** The share of the whole that clients leave to whoever shows a key. */
  readonly reserve: number;
}

/** Whose part is used up: the client's own, or that of all. */
export type Excess = "own" | "all";

export class Quota {
  readonly #limits: QuotaLimits;
  readonly #all = new Rate();
  #each: Rates | undefined;

  constructor(limits: QuotaLimits) {
    this.#limits = limits;
  }

  /** What `amount` more would exceed in this second. Without an account the whole may be used. */
  excess(now: number, amount: number, account: string | undefined): Excess | undefined {
    const { all, each, reserve } = this.#limits;
    const sum = this.#all.count(now) + amount;
    if (account === undefined) return sum > all ? "all" : undefined;
    if ((this.#each?.count(account, now) ?? 0) + amount > each) return "own";
    return sum > all * (1 - reserve) ? "all" : undefined;
  }

  /** Uses `amount`, whether or not there was room. */
  use(now: number, amount: number, account: string | undefined): void {
    this.#all.add(now, amount);
    if (account === undefined) return;
    this.#each ??= new Rates();
    this.#each.add(account, now, amount);
  }

  /** Uses `amount` where there is room, or answers what it would exceed: what is refused uses nothing up. */
  take(now: number, amount: number, account: string | undefined): Excess | undefined {
    const excess = this.excess(now, amount, account);
    if (excess === undefined) this.use(now, amount, account);
    return excess;
  }
}
