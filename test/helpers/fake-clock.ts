/** The one clock of our tests: time stands still until a test, or a task that only waits, moves it. */
// The function loads this when it first meets MessagePack; no real time may pass for that while a clock runs by itself.
import "msgpackr/unpack";
import type { End } from "../../lambda/sleep.ts";
import type { Clock } from "../../server/broker/clock.ts";

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Timers that have not run yet. */
  readonly pending: number;
  /** Moves time on and runs each timer that falls due, in order, at its own moment. */
  tick(ms: number): void;
  /** As `tick`, but lets promises settle before the first and after each timer. */
  advance(ms: number): Promise<void>;
  /** Resolves when the time has come, or when `end` has. */
  sleep(ms: number, end?: End): Promise<void>;
  /** Runs `task` to its end: whenever nothing else can happen, time jumps to the next timer. */
  run<T>(task: Promise<T>): Promise<T>;
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
  const after = (ms: number, task: () => void) => {
    const id = sequence++;
    timers.set(id, { at: now + Math.max(0, ms), task });
    return () => timers.delete(id);
  };

  return {
    now: () => now,
    after,
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
    sleep: (ms, end) =>
      new Promise((wake) => {
        const cancel = after(ms, wake);
        end?.on(() => {
          cancel();
          wake();
        });
      }),
    async run(task) {
      let isDone = false;
      const ended = task.finally(() => {
        isDone = true;
      });
      ended.catch(() => undefined);
      while (!isDone) {
        await settled();
        if (!isDone) runNext(Number.POSITIVE_INFINITY);
      }
      return await ended;
    },
  };
}

/** Resolves once everything that waits only for promises has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
