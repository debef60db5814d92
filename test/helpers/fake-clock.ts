import type { Clock } from "../../server/broker/clock.ts";

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Timers that have not run yet. */
  readonly pending: number;
  /** Moves time on and runs each timer that falls due, in order, at its own moment. */
  tick(ms: number): void;
  /** As `tick`, but lets promises settle before the first and after each timer. */
  advance(ms: number): Promise<void>;
}

/** Makes a clock that starts at `start` (ms since the epoch). */
export function createFakeClock(start = 1_700_000_000_000): FakeClock {
  let now = start;
  let sequence = 0;
  const timers = new Map<number, { at: number; task: () => void }>();

  const runNext = (until: number): boolean => {
    let first: [number, { at: number; task: () => void }] | undefined;
    for (const entry of timers) {
      if (entry[1].at <= until && (first === undefined || entry[1].at < first[1].at)) first = entry;
    }
    if (first === undefined) return false;
    timers.delete(first[0]);
    now = Math.max(now, first[1].at);
    first[1].task();
    return true;
  };

  return {
    now: () => now,
    after(ms, task) {
      const id = sequence++;
      timers.set(id, { at: now + Math.max(0, ms), task });
      return () => timers.delete(id);
    },
    get pending() {
      return timers.size;
    },
    tick(ms) {
      const until = now + ms;
      while (runNext(until));
      now = until;
    },
    async advance(ms) {
      const until = now + ms;
      await settled();
      while (runNext(until)) await settled();
      now = until;
    },
  };
}

/** Resolves once everything that waits only for promises has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
