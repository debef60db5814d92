/** The pause before another try: full jitter, which doubles with each try up to a limit. */
import { limits } from "./limits.ts";
import type { Sleep } from "./sleep.ts";

/** The clock, the wait and the chance by which something is tried again. */
export interface Pace {
  readonly now: () => number;
  readonly sleep: Sleep;
  /** 0 to 1. */
  readonly random: () => number;
}

/** How long to wait (ms) when this was tried so often before. */
export const backoff = (tries: number, random: Pace["random"]): number =>
  random() * Math.min(limits.backoffCapMs, limits.backoffMs * 2 ** Math.min(tries, 10));
