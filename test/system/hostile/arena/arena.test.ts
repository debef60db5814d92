/** A short seed of `npm run arena`: what a stranger does beside honest people costs these nothing, and gets nothing. */
import { expect, test } from "vitest";
import { ATTACKS } from "./attacks.ts";
import { fight, stopWhilePeopleTalk } from "./round.ts";
import { brokenIn } from "./table.ts";

const MS = 1_000;

test.each(ATTACKS.map(({ name }) => name))("%s: nobody honest loses a message or waits for a word", async (name) => {
  const attack = ATTACKS.find((one) => one.name === name);
  expect(attack).toBeDefined();
  if (attack === undefined) return;
  const round = await fight(attack, { ms: MS, compares: false });
  expect(round.beside.said).toBeGreaterThan(0);
  expect(brokenIn(round, false)).toEqual([]);
});

test("SIGTERM with messages under way: each is shown, or its author told", async () => {
  expect(brokenIn(await stopWhilePeopleTalk(5), false)).toEqual([]);
});
