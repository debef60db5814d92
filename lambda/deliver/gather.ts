/** Gathers what is asked for in the same moment, so that one request can carry it. */
import type { Published } from "./publisher.ts";

/** One message that waits to be sent, and who waits for the answer. */
export interface Waiting<T> {
  readonly what: T;
  readonly timeoutMs: number;
  readonly answer: (published: Published) => void;
}

interface Portions<T> {
  /** How many things a portion holds at most, and what `sizeOf` says of all of them together at most. */
  readonly most: number;
  readonly size: number;
  readonly sizeOf: (what: T) => number;
}

/**
 * Makes a function that hands things over together, in the order in which they were asked for, in portions that fit into
 * a request. The moment ends with the event loop's turn: nothing waits for things that may come later.
 */
export function gather<T>(
  { most, size, sizeOf }: Portions<T>,
  send: (portion: readonly Waiting<T>[]) => void,
): (what: T, timeoutMs: number) => Promise<Published> {
  let waiting: Waiting<T>[] = [];

  const flush = () => {
    const all = waiting;
    waiting = [];
    let portion: Waiting<T>[] = [];
    let sum = 0;
    for (const one of all) {
      const own = sizeOf(one.what);
      if (portion.length >= most || (portion.length > 0 && sum + own > size)) {
        send(portion);
        portion = [];
        sum = 0;
      }
      portion.push(one);
      sum += own;
    }
    send(portion);
  };

  return (what, timeoutMs) =>
    new Promise((answer) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ what, timeoutMs, answer });
    });
}
