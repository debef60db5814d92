/** A short seed of `npm run arena`: what a stranger does beside honest people costs these nothing, and gets nothing. */
import { expect, test } from "vitest";
import { ATTACKS } from "./attacks.ts";
import { fight, stopWhilePeopleTalk } from "./round.ts";
import { brokenIn } from "./table.ts";

const MS = 1_000;

/** Longer than the honest wait: what they lack is told by the books, not by a time-out. */
const TIMEOUT_MS = 90_000;

test.each(ATTACKS.map(({ name }) => name))(
  "%s: nobody honest loses a message or waits for a word",
  { timeout: TIMEOUT_MS },
  async (name) => {
    const attack = ATTACKS.find((one) => one.name === name);
    expect(attack).toBeDefined();
    if (attack === undefined) return;
    const round = await fight(attack, { ms: MS, compares: false });
    expect(round.beside.said).toBeGreaterThan(0);
    expect(brokenIn(round, false)).toEqual([]);
  },
);

test("SIGTERM with messages under way: each is shown, or its author told", { timeout: TIMEOUT_MS }, async () => {
  expect(brokenIn(await stopWhilePeopleTalk(5), false)).toEqual([]);
});
