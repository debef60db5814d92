// the function loads this when it first meets MessagePack; here no real time may pass for that
import "msgpackr/unpack";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until everybody is asleep and then jumps to the next one who wants to wake up. */
export class VirtualTime {
  #now: number;
  #sleepers: Sleeper[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((wake) => {
      if (signal?.aborted === true) return wake();
      const sleeper = { at: this.#now + Math.max(0, ms), wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        wake();
      });
    });

  /** Move on by hand. */
  advance(ms: number): void {
    this.#now += ms;
  }

  /** Run `task` to its end, letting time pass whenever nothing else can happen. */
  async run<T>(task: Promise<T>): Promise<T> {
    let done = false;
    const settled = task.finally(() => {
      done = true;
    });
    settled.catch(() => undefined);
    while (!done) {
      await new Promise((resume) => setImmediate(resume));
      if (!done) this.#wakeNext();
    }
    return await settled;
  }

  #wakeNext(): void {
    let next = this.#sleepers[0];
    for (const sleeper of this.#sleepers) if (next !== undefined && sleeper.at < next.at) next = sleeper;
    if (next === undefined) return;
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
    this.#now = Math.max(this.#now, next.at);
    next.wake();
  }
}
