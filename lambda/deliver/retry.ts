/** Trying again, with full jitter, until it works, cannot work, or another try would not fit before the deadline. */
import { backoff, type Pace } from "../backoff.ts";
import { limits } from "../limits.ts";

/** How long to go on, and at which pace. */
export interface Patience extends Pace {
  readonly deadline: number;
}

/** Only a `transient` failure is worth another try. */
interface Failed {
  readonly ok: false;
  readonly kind: string;
  readonly retryAfterMs?: number | undefined;
}

/** What an attempt came to: its own answer, its last failure, or nothing because there was no time to begin. */
export type Retried<T, F> = { readonly attempts: number } & (
  | { readonly outcome: "done"; readonly answer: T }
  | { readonly outcome: "failed"; readonly failure: F }
  | { readonly outcome: "untried" }
);

/** Try; `attempt` is told how long it may take. */
export async function retry<T extends { readonly ok: true }, F extends Failed>(
  { deadline, now, sleep, random }: Patience,
  attempt: (timeoutMs: number) => Promise<T | F>,
): Promise<Retried<T, F>> {
  if (deadline - now() < limits.leastAttemptMs) return { outcome: "untried", attempts: 0 };
  for (let attempts = 1; ; attempts += 1) {
    const answer = await attempt(Math.min(limits.attemptMs, deadline - now()));
    if (answer.ok) return { outcome: "done", answer, attempts };
    const delay = Math.max(answer.retryAfterMs ?? 0, backoff(attempts - 1, random));
    const fits = delay + limits.leastAttemptMs <= deadline - now();
    if (answer.kind !== "transient" || !fits) return { outcome: "failed", failure: answer, attempts };
    await sleep(delay);
    // a sleep can be longer than it was meant to be
    if (deadline - now() < limits.leastAttemptMs) return { outcome: "failed", failure: answer, attempts };
  }
}
