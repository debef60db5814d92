/** Work that is done again and again while the server runs, never twice at once. */

export interface Rhythm {
  /** From the end of one time to the beginning of the next, ms. */
  readonly everyMs: number;
  /** Is it done at once, too? */
  readonly atOnce?: boolean;
  /** Waits; ends early, and quietly, when `signal` does. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Starts it; gives back what ends it, which waits for what is under way. The work must not throw. */
export function repeat(work: (ended: AbortSignal) => Promise<unknown>, rhythm: Rhythm): () => Promise<void> {
  const { everyMs, atOnce = false, sleep } = rhythm;
  const ended = new AbortController();
  const run = async () => {
    if (atOnce) await work(ended.signal);
    while (!ended.signal.aborted) {
      await sleep(everyMs, ended.signal);
      if (!ended.signal.aborted) await work(ended.signal);
    }
  };
  const running = run();
  return async () => {
    ended.abort();
    await running;
  };
}
