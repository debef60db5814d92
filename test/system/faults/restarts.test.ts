/** A short run of `npm run faults -- --restarts`. */
import { expect, test } from "vitest";
import { runRestarts } from "./restarts/run.ts";

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1_000_000));

test(`a broker that is killed loses and doubles nothing that it acknowledged (seed ${seed})`, async () => {
  const { tried, ...figures } = await runRestarts({ seed, kills: 10 });
  expect(figures).toEqual({ lost: 0, doubled: 0, unheard: 0, heardTwice: 0, gaps: 0, fallen: 0, notPosted: 0 });
  expect(tried).toMatchObject({ kills: 10, refused: 0 });
  expect(tried.acknowledged).toBeGreaterThan(0);
}, 120_000);

test("the run notices when the data are gone", async () => {
  const { lost } = await runRestarts({ seed: 1, kills: 4, forgets: true });
  expect(lost).toBeGreaterThan(0);
}, 120_000);
