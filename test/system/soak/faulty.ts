/** A function that fails one call in fifty: before its work, after it, or by throwing. And worse, where a test asks for it. */
import type { FunctionHandler } from "../../../server/http/function-url.ts";

/** One call in so many. */
const FAILS_EVERY = 50;

/** What the books must notice: messages taken and thrown away, shown twice, or kept for ever. */
export type Sabotage = "loses" | "doubles" | "keeps";

export interface Faults {
  readonly sabotage: readonly Sabotage[];
  /** Publishes what the room has seen last once more, under another id. */
  readonly showAgain: () => Promise<void>;
}

export interface FaultyFunction {
  readonly handler: FunctionHandler;
  readonly failed: () => number;
}

/** What `loses` throws away, whichever rule brings it. */
const LOST = /line \d*7\b/;
const SHOWN_AGAIN_EVERY = 5;
const KEPT_BYTES = 1024 * 1024;
/** By time, because a queue of calls after the restart would fill memory before it is compared. */
const KEPT_EVERY_MS = 50;

/** Puts the faults before a handler. */
export function withFaults(handler: FunctionHandler, { sabotage, showAgain }: Faults): FaultyFunction {
  let calls = 0;
  let failed = 0;
  const kept: Buffer[] = [];
  if (sabotage.includes("keeps")) setInterval(() => kept.push(Buffer.alloc(KEPT_BYTES, 1)), KEPT_EVERY_MS);
  const fail = async (how: number, run: () => ReturnType<FunctionHandler>): ReturnType<FunctionHandler> => {
    failed += 1;
    if (how === 0) return { statusCode: 503 };
    if (how === 1) throw new Error("one call in fifty fails");
    await run(); // done, and its answer lost
    return { statusCode: 503 };
  };
  return {
    failed: () => failed,
    async handler(event, context) {
      calls += 1;
      const run = () => handler(event, context);
      if (sabotage.includes("doubles") && calls % SHOWN_AGAIN_EVERY === 0) await showAgain();
      if (sabotage.includes("loses") && LOST.test(event.body ?? "")) return { statusCode: 200 };
      return calls % FAILS_EVERY === 0 ? await fail((calls / FAILS_EVERY) % 3, run) : await run();
    },
  };
}
