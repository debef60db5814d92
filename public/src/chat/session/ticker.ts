/** A clock that ticks once a second, and only while something on the page counts down. */
import { TICK_MS } from "../limits.ts";

export interface TickerDeps {
  /** Runs a task once after some time (ms). */
  readonly after: (ms: number, task: () => void) => void;
  readonly isNeeded: () => boolean;
  readonly tick: () => void;
}

/** Answers the function to call whenever the clock may have become needed. */
export function createTicker({ after, isNeeded, tick }: TickerDeps): () => void {
  let isTicking = false;
  return () => {
    if (isTicking || !isNeeded()) return;
    isTicking = true;
    after(TICK_MS, () => {
      isTicking = false;
      tick();
    });
  };
}
