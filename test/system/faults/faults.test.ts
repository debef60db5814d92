/** A short run of the faults of the pipeline, and runs in which a guard is off, which must be noticed. */
import { expect, test } from "vitest";
import { FLOODS, P99_TIMES, runFlood } from "./flood.ts";
import { runFaults } from "./run.ts";
import { runToxics } from "./sockets.ts";
import { sweepKills } from "./sweep.ts";

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1_000_000));

test.each(["batch", "single", "both"] as const)(
  `loses, doubles, leaks and delays nothing in %s mode (seed ${seed})`,
  async (mode) => {
    const { tried, ...figures } = await runFaults({ seed, messages: 3_000, mode });
    expect(figures).toEqual({
      leaks: 0,
      lost: 0,
      shownTwice: 0,
      outOfOrder: 0,
      withoutStatus: 0,
      late: 0,
      untold: 0,
      poisonShown: 0,
    });
    expect(tried.messages).toBe(3_000);
  },
);

test.each(FLOODS)("the honest do not wait for a flood of $rate a second, $each at once", async (flood) => {
  const { without, with: beside, flooder } = await runFlood(flood, 1);
  expect(beside.p99).toBeLessThanOrEqual(P99_TIMES * without.p99);
  expect(beside).toMatchObject({ written: without.written, untold: 0, refused: 0, quarantined: 0 });
  expect(flooder.untold).toBe(0);
});

test("gives the same figures for the same seed", async () => {
  const options = { seed: 7, messages: 500 };
  expect(await runFaults(options)).toEqual(await runFaults(options));
});

test.each([
  ["moderator finds nothing", "leaks"],
  ["history is empty", "shownTwice"],
  ["quarantine keeps nothing", "lost"],
] as const)("notices when the %s", async (sabotage, figure) => {
  expect((await runFaults({ seed: 1, messages: 3_000, sabotage }))[figure]).toBeGreaterThan(0);
});

test.each([1_414, 151_000])(
  "loses and doubles nothing when killed at any await and called again after %d ms",
  async (after) => {
    const { points, ...figures } = await sweepKills(after);
    expect(figures).toEqual({ lost: 0, shownTwice: 0 });
    expect(points).toBeGreaterThan(15);
  },
);

test("loses, doubles and swaps nothing through any toxic at any stage", async () => {
  const outcomes = await runToxics();
  expect(outcomes).toHaveLength(15);
  for (const { kind, stage, statuses, spoilt, lost, shownTwice, outOfOrder } of outcomes) {
    expect({ kind, stage, lost, shownTwice, outOfOrder }).toEqual({
      kind,
      stage,
      lost: 0,
      shownTwice: 0,
      outOfOrder: 0,
    });
    expect(spoilt, `${kind} at ${stage} got hold of something`).toBeGreaterThan(0);
    expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
    expect(statuses.at(-1)).toBe(200);
  }
});
