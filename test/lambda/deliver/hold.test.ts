/** Keeping a message for a moderator: what its sender is told when it is there, decided already, or cannot be stored in time. */
import { beforeEach, describe, expect, test } from "vitest";
import { hold, within } from "../../../lambda/deliver/hold.ts";
import { limits } from "../../../lambda/limits.ts";
import { createMemoryTable } from "../../../lambda/store/memory-table.ts";
import { createStore, type Store } from "../../../lambda/store/store.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";
import { judged, NOW } from "./fates.ts";

let clock: FakeClock;
let store: Store;
/** How many writes fail before one works. */
let failing: number;

beforeEach(() => {
  clock = createFakeClock(NOW);
  failing = 0;
  const memory = createMemoryTable();
  const put: typeof memory.put = async (item, condition) => {
    if (failing === 0) return await memory.put(item, condition);
    failing -= 1;
    throw new Error("the table is down");
  };
  store = createStore({ table: { ...memory, put }, now: clock.now, onFault: () => undefined });
});

const patience = (ms = 5_000) => ({ now: clock.now, sleep: clock.sleep, random: () => 0.5, deadline: NOW + ms });
const held = (where: Store | undefined = store, ms?: number) => clock.run(hold(judged(), where, patience(ms)));

test("a message is held as long as no moderator has decided, however often it comes", async () => {
  expect(await held()).toEqual({ outcome: "held", attempts: 1 });
  expect(await held()).toEqual({ outcome: "held", attempts: 1 });
  const [waiting] = (await store.cases.list({ state: "open" })).cases;
  await store.cases.decide(waiting?.id ?? "", { outcome: "denied", by: "Ana", reason: "" });
  expect(await held()).toEqual({ outcome: "duplicate", attempts: 1 });
});

test("a store that fails is asked again, until there is no time left", async () => {
  failing = 2;
  expect(await held()).toEqual({ outcome: "held", attempts: 3 });
  failing = Number.POSITIVE_INFINITY;
  expect(await held(store, 1_000)).toMatchObject({ outcome: "failed" });
  expect(await held(store, limits.leastAttemptMs - 1)).toEqual({ outcome: "unsent", attempts: 0 });
});

test("without a store nothing can be held", async () => {
  expect(await clock.run(hold(judged(), undefined, patience()))).toEqual({ outcome: "rejected", attempts: 0 });
});

describe("an answer of the store", () => {
  const never = new Promise<never>(() => undefined);

  test.each([
    [limits.storeWriteMs + 500, limits.storeWriteMs],
    [300, 300],
    [-5, 1],
  ])("with %d ms left is waited for %d ms", async (left, waited) => {
    expect(await clock.run(within(left, clock, never))).toBeUndefined();
    expect(clock.now() - NOW).toBe(waited);
  });

  test("that has come, or has failed, leaves no wait behind", async () => {
    expect(await within(300, clock, Promise.resolve(7))).toBe(7);
    expect(await within(300, clock, Promise.reject(new Error("down")))).toBeUndefined();
    expect(clock.pending).toBe(0);
  });
});
