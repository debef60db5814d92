/** Working on many things a few at a time. */
import { expect, test } from "vitest";
import { inParallel } from "../../../lambda/deliver/parallel.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";

test("no more things are under way than are allowed, in their order, and all are done", async () => {
  const clock = createFakeClock(0);
  const begun: [string, number][] = [];
  const work = async (thing: string) => {
    begun.push([thing, clock.now()]);
    await clock.sleep(10);
  };
  await clock.run(inParallel(["a", "b", "c", "d", "e"], 2, work));
  expect(begun).toEqual([
    ["a", 0],
    ["b", 0],
    ["c", 10],
    ["d", 10],
    ["e", 20],
  ]);
  expect(clock.now()).toBe(30);
});
