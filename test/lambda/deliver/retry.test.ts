/** Trying again: how often, how long each time, and when no more. */
import { beforeEach, expect, test } from "vitest";
import { retry } from "../../../lambda/deliver/retry.ts";
import { limits } from "../../../lambda/limits.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";

const FAILED = { ok: false, kind: "transient" } as const;

let clock: FakeClock;
/** How long each attempt was told that it may take. */
let told: number[];

beforeEach(() => {
  clock = createFakeClock();
  told = [];
});

/** Tries with so much time; each attempt comes to the next of these, the last one again and again. */
function trying(ms: number, answers: readonly ({ ok: true } | { ok: false; kind: string; retryAfterMs?: number })[]) {
  const patience = { now: clock.now, sleep: clock.sleep, random: () => 1, deadline: clock.now() + ms };
  return retry(patience, async (timeoutMs) => {
    told.push(timeoutMs);
    return answers[Math.min(told.length, answers.length) - 1] ?? FAILED;
  });
}

test("an attempt may take as long as one does, and no longer than there is time", async () => {
  expect(await trying(limits.attemptMs + 1, [{ ok: true }])).toMatchObject({ outcome: "done", attempts: 1 });
  await trying(limits.leastAttemptMs, [{ ok: true }]);
  expect(told).toEqual([limits.attemptMs, limits.leastAttemptMs]);
});

test("nothing is begun for which there is no time", async () => {
  expect(await trying(limits.leastAttemptMs - 1, [{ ok: true }])).toEqual({ outcome: "untried", attempts: 0 });
  expect(told).toEqual([]);
});

test("what passes is tried again after a pause that grows, as long as another try fits in", async () => {
  const left = limits.leastAttemptMs + 3 * limits.backoffMs;
  expect(await clock.run(trying(left, [FAILED]))).toEqual({ outcome: "failed", failure: FAILED, attempts: 3 });
  expect(told).toEqual([left, left - limits.backoffMs, limits.leastAttemptMs]);
});

test("what does not pass is tried once", async () => {
  const failure = { ok: false, kind: "rejected" } as const;
  expect(await trying(5_000, [failure])).toEqual({ outcome: "failed", failure, attempts: 1 });
});

test("a pause that is asked for is kept, and where it does not fit in nothing is tried", async () => {
  const startedAt = clock.now();
  expect(await clock.run(trying(5_000, [{ ...FAILED, retryAfterMs: 2_000 }, { ok: true }]))).toMatchObject({
    attempts: 2,
  });
  expect(clock.now() - startedAt).toBe(2_000);
  expect(await trying(1_000, [{ ...FAILED, retryAfterMs: 2_000 }])).toMatchObject({ outcome: "failed", attempts: 1 });
});

test.each([
  [limits.leastAttemptMs, 2],
  [limits.leastAttemptMs - 1, 1],
])(
  "when a pause was longer than it was meant to be, and %d ms are left, there are %d attempts",
  async (left, attempts) => {
    const deadline = clock.now() + 5_000;
    const sleep = async () => clock.tick(5_000 - left);
    const tried = await retry({ now: clock.now, sleep, random: () => 1, deadline }, async () => FAILED);
    expect(tried).toEqual({ outcome: "failed", failure: FAILED, attempts });
  },
);
