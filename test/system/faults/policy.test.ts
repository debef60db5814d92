/** Rules of every action, moderators at work, and a store on which one call in twenty fails. */
import { expect, test } from "vitest";
import { runPolicyFaults } from "./policy/run.ts";

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1_000_000));

test(`publishes nothing blocked or held, loses and doubles nothing, and tells everybody (seed ${seed})`, async () => {
  const { tried, ...figures } = await runPolicyFaults({ seed, messages: 2_000 });
  expect(figures).toEqual({
    published: 0,
    heldLost: 0,
    approvedLost: 0,
    shownTwice: 0,
    lost: 0,
    untold: 0,
    unfair: 0,
    notApplied: 0,
    notTold: 0,
    unaudited: 0,
    auditedTwice: 0,
  });
  expect(tried.messages).toBe(2_000);
  for (const what of ["held", "approved", "denied", "storeFailures", "ablyFailures", "races"] as const) {
    expect(tried[what]).toBeGreaterThan(20);
  }
});

test("the function and the desk are killed on the way, and everything is done that there is to do at the desk", async () => {
  const { tried } = await runPolicyFaults({ seed: 7_919, messages: 2_000 });
  expect(tried.functionKills).toBeGreaterThan(0);
  expect(tried.deskKills).toBeGreaterThan(0);
  for (const kind of ["remove", "mute", "lift", "policy", "report", "appeal"] as const) {
    expect(tried[kind], kind).toBeGreaterThan(2);
  }
});

test("gives the same figures for the same seed", async () => {
  const options = { seed: 7, messages: 300 };
  expect(await runPolicyFaults(options)).toEqual(await runPolicyFaults(options));
});

test.each([
  ["no case is stored", ["heldLost"]],
  ["nobody sweeps", ["untold", "unaudited"]],
  ["the desk tells nobody", ["untold", "notTold"]],
] as const)("notices when %s", async (sabotage, noticed) => {
  const figures = await runPolicyFaults({ seed: 3, messages: 3_000, sabotage });
  for (const figure of noticed) expect(figures[figure], figure).toBeGreaterThan(0);
});
