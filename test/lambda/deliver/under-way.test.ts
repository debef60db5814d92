/** What single requests are publishing in this moment, and how long a batch waits for it. */
import { beforeEach, expect, test } from "vitest";
import { UnderWay } from "../../../lambda/deliver/under-way.ts";
import { limits } from "../../../lambda/limits.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";
import { fateOf } from "./fates.ts";

let clock: FakeClock;
let underWay: UnderWay;

beforeEach(() => {
  clock = createFakeClock(0);
  underWay = new UnderWay();
});

const said = (sourceId: string) => ({ ...fateOf({ kind: "refuse", reason: "empty" }).entry, sourceId });
/** How long somebody waits who has these messages, too, ms. */
const waited = async (...sourceIds: string[]) => {
  const startedAt = clock.now();
  await clock.run(underWay.end(sourceIds.map(said), clock.sleep));
  return clock.now() - startedAt;
};

test("what somebody else works on is waited for, and nothing else", async () => {
  void underWay.during([said("a")], clock.sleep(20));
  expect(await waited("b")).toBe(0);
  expect(await waited("b", "a")).toBe(20);
});

test("nothing is waited for longer than a moment", async () => {
  void underWay.during([said("a")], clock.sleep(10_000));
  expect(await waited("a")).toBe(limits.underWayMs);
});

test("of two that work on the same the later one is waited for", async () => {
  void underWay.during([said("a")], clock.sleep(10));
  void underWay.during([said("a")], clock.sleep(30));
  await clock.advance(15);
  expect(await waited("a")).toBe(15);
});

test("what is over is forgotten, also when it failed", async () => {
  await underWay.during([said("a")], Promise.resolve());
  await expect(underWay.during([said("b")], Promise.reject(new Error("down")))).rejects.toThrow("down");
  let waits = 0;
  await underWay.end([said("a"), said("b")], async () => {
    waits += 1;
  });
  expect(waits).toBe(0);
});
