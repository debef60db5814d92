/** A short form of `npm run soak`: it is well, and it notices what it is there for. */
import { expect, test } from "vitest";
import { isMet } from "../../bench/table.ts";
import { secondHalfOf } from "./memory.ts";
import { type SoakOptions, soak } from "./run.ts";

/** Longer than everybody waits for what is under way: what is missing is told by the books, not by a time-out. */
const TIMEOUT_MS = 400_000;

const SHORT: SoakOptions = {
  ms: 6_000,
  people: 6,
  writeMs: 750,
  changeMs: 800,
  dropMs: 300,
  cutMs: 1_500,
  awayMs: 2_500,
  tokenTtlMs: 10_000,
  sessionTtlMs: 1_500,
  resumePublishes: 3,
  patienceMs: 120_000,
  growth: 0.5,
};

const failing = async (options: SoakOptions): Promise<string[]> =>
  (await soak(options)).rows.filter((row) => !isMet(row)).map(({ measure }) => measure);

test("people come, go, drop and write through failures and a restart, and nothing is lost", {
  timeout: TIMEOUT_MS,
}, async () => {
  const { rows, tried } = await soak(SHORT);
  expect(
    rows.filter((row) => !isMet(row)),
    JSON.stringify(tried),
  ).toEqual([]);
  expect(Object.fromEntries(tried)["messages written"]).toBeGreaterThan(20);
});

test("what throws away, shows twice or keeps for ever is noticed", { timeout: TIMEOUT_MS }, async () => {
  const noticed = await failing({ ...SHORT, patienceMs: 5_000, growth: 0.2, sabotage: ["loses", "doubles", "keeps"] });
  expect(noticed).toEqual(
    expect.arrayContaining([
      "messages that nobody saw",
      "messages shown twice",
      "own messages without an outcome, or a bad one",
      "memory in use after collections, second half",
    ]),
  );
});

test("memory that goes up and down does not grow, and a slow climb does", () => {
  const saw = Array.from({ length: 60 }, (_, index) => 100 + (index % 5));
  const { begins, ends } = secondHalfOf(saw);
  expect(ends / begins).toBeLessThan(1.01);
  const climb = saw.map((value, index) => value + index);
  const grown = secondHalfOf(climb);
  expect(grown.ends / grown.begins).toBeGreaterThan(1.05);
});
