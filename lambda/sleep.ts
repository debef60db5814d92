/** Waiting. Everything that waits takes this as a parameter, so that a test can move the time. */

/** Waits; `signal` ends it early. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Waits for real. Ends quietly when the signal says so: each request does, so that is not an error with a stack trace. */
export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    if (signal?.aborted === true) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
