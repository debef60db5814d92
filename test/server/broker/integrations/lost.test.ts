/** What was acknowledged is delivered, or said to be lost; never neither. */
import { describe, expect, test } from "vitest";
import { batchRule, createHarness, dataOf, message, singleRule } from "./harness.ts";

const say = (harness: ReturnType<typeof createHarness>, from: number, to: number) => {
  for (let n = from; n <= to; n++) harness.integrations.channelEvent(message(`${n}`));
};

describe("the reports of a batched rule name what is lost", () => {
  test("when the queue is full", () => {
    const harness = createHarness([batchRule], { limits: { queuedEvents: 2 } });
    say(harness, 1, 4);
    expect(harness.lost).toEqual(["3", "4"]);
  });

  test("when events are too old, and nothing as long as they are tried again", async () => {
    const harness = createHarness([batchRule], { limits: { eventLifeMs: 1_000 } });
    say(harness, 1, 2);
    await harness.request(0).answer(500);
    expect(harness.lost).toEqual([]);
    await harness.clock.advance(2_000);
    expect(harness.lost).toEqual(["1", "2"]);
  });

  test("when the broker ends", async () => {
    const harness = createHarness([batchRule]);
    say(harness, 1, 3);
    await harness.integrations.close();
    expect(harness.lost).toEqual(["1", "2", "3"]);
    expect(harness.codes).toEqual([70001]);
  });
});

describe("the reports of an unbatched rule name what is lost", () => {
  test("when too many wait", () => {
    const harness = createHarness([singleRule], { limits: { singleInFlight: 1, singleQueued: 1 } });
    say(harness, 1, 3);
    expect(harness.lost).toEqual(["3"]);
  });

  test("when all rules together call too often", () => {
    const harness = createHarness([singleRule], { limits: { requestsPerSecond: 1 } });
    say(harness, 1, 2);
    expect(harness.codes).toEqual([42925]);
    expect(harness.lost).toEqual(["2"]);
  });

  test("when the endpoint refuses, and after its last try", async () => {
    const harness = createHarness([singleRule], { limits: { singleRetryDelaysMs: [1_000] } });
    say(harness, 1, 2);
    await harness.request(0).answer(400);
    expect(harness.lost).toEqual(["1"]);
    await harness.request(1).answer(500);
    await harness.clock.advance(1_000);
    await harness.request(2).answer(500);
    expect(harness.lost).toEqual(["1", "2"]);
  });

  test("when the broker ends, under way or waiting", async () => {
    const harness = createHarness([singleRule], { limits: { singleInFlight: 2 } });
    say(harness, 1, 3);
    await harness.request(0).answer(500);
    await harness.integrations.close();
    expect(harness.lost.sort()).toEqual(["1", "2", "3"]);
  });
});

describe("draining", () => {
  test("delivers what waits of a batched rule without the usual pause, and then is done", async () => {
    const harness = createHarness([batchRule]);
    say(harness, 1, 1);
    await harness.request(0).answer(200);
    say(harness, 2, 3);
    let isDone = false;
    const drained = harness.integrations.drain(5_000).then(() => {
      isDone = true;
    });
    expect(dataOf(harness.request(1))).toEqual(["2", "3"]);
    expect(isDone).toBe(false);
    await harness.request(1).answer(200);
    await drained;
    await harness.integrations.close();
    expect(harness.lost).toEqual([]);
  });

  test("waits for requests of an unbatched rule", async () => {
    const harness = createHarness([singleRule], { limits: { singleInFlight: 1 } });
    say(harness, 1, 2);
    const drained = harness.integrations.drain(5_000);
    await harness.request(0).answer(200);
    await harness.request(1).answer(200);
    await drained;
    await harness.integrations.close();
    expect(harness.lost).toEqual([]);
  });

  test("ends when its time is over", async () => {
    const harness = createHarness([batchRule]);
    say(harness, 1, 1);
    const drained = harness.integrations.drain(5_000);
    await harness.clock.advance(5_000);
    await drained;
    await harness.integrations.close();
    expect(harness.lost).toEqual(["1"]);
  });

  test("is done at once when nothing waits", async () => {
    await createHarness([batchRule, { ...singleRule, id: "another" }]).integrations.drain(5_000);
  });
});
