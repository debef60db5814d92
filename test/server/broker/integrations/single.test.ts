/** A rule in single mode: what is tried again, and what is lost. */
import { describe, expect, test } from "vitest";
import { createHarness, message, singleRule } from "./harness.ts";

const publish = (harness: ReturnType<typeof createHarness>, count: number): void => {
  for (let n = 0; n < count; n++) harness.integrations.channelEvent(message(`${n}`));
};

describe("a rule in single mode", () => {
  test("posts each event at once, up to 25 at a time", () => {
    const harness = createHarness([singleRule]);
    publish(harness, 26);
    expect(harness.requests).toHaveLength(25);
    expect(harness.codes).toEqual([]);
  });

  test("lets ten more wait and refuses the rest with 70003", async () => {
    const harness = createHarness([singleRule]);
    publish(harness, 37);
    expect(harness.codes).toEqual([70003, 70003]);
    await harness.request(3).answer(200);
    expect(harness.requests).toHaveLength(26);
    expect(harness.request(25).body.toString()).toContain('"data":"25"');
  });

  test.each([500, 503, 599])("asks again 4 and 20 seconds after status %i, then reports 70002", async (status) => {
    const harness = createHarness([singleRule]);
    publish(harness, 1);
    await harness.request(0).answer(status);
    await harness.clock.advance(3_999);
    expect(harness.requests).toHaveLength(1);
    await harness.clock.advance(1);
    await harness.request(1).answer(status);
    await harness.clock.advance(19_999);
    expect(harness.requests).toHaveLength(2);
    expect(harness.codes).toEqual([]);
    await harness.clock.advance(1);
    await harness.request(2).answer(status);
    await harness.clock.advance(60_000);
    expect(harness.requests).toHaveLength(3);
    expect(harness.codes).toEqual([70002]);
    expect(harness.reports).toEqual([`moderate: unable to post to rule moderate; statusCode = ${status}`]);
    expect(harness.clock.pending).toBe(0);
  });

  test("asks again when nobody answers for 15 seconds, then reports 70001", async () => {
    const harness = createHarness([singleRule]);
    publish(harness, 1);
    await harness.clock.advance(15_000 + 4_000 + 15_000 + 20_000 + 15_000);
    expect(harness.requests.map(({ at }) => at - 1_700_000_000_000)).toEqual([0, 19_000, 54_000]);
    expect(harness.requests.every(({ signal }) => signal.aborted)).toBe(true);
    expect(harness.codes).toEqual([70001]);
  });

  test("asks again after a broken connection and stops at the first success", async () => {
    const harness = createHarness([singleRule]);
    publish(harness, 1);
    await harness.request(0).fail("ECONNRESET");
    await harness.clock.advance(4_000);
    await harness.request(1).answer(200);
    await harness.clock.advance(60_000);
    expect(harness.requests).toHaveLength(2);
    expect(harness.codes).toEqual([]);
  });

  test.each([
    [400, 70002],
    [401, 70002],
    [302, 70002],
    [429, 42923],
  ])("takes status %i as final and reports %i", async (status, code) => {
    const harness = createHarness([singleRule]);
    publish(harness, 1);
    await harness.request(0).answer(status);
    await harness.clock.advance(60_000);
    expect(harness.requests).toHaveLength(1);
    expect(harness.codes).toEqual([code]);
  });

  test("gives a retry that falls due the next free place, before newer events", async () => {
    const harness = createHarness([singleRule], { limits: { singleInFlight: 1 } });
    publish(harness, 1);
    await harness.request(0).answer(500);
    publish(harness, 2);
    await harness.clock.advance(4_000);
    await harness.request(1).answer(200);
    expect(harness.request(2).body).toEqual(harness.request(0).body);
  });

  test("holds no more retries than its limit", async () => {
    const harness = createHarness([singleRule], { limits: { singleRetrying: 1 } });
    publish(harness, 2);
    await harness.request(0).answer(500);
    await harness.request(1).answer(500);
    expect(harness.codes).toEqual([70003]);
    expect(harness.clock.pending).toBe(1);
  });

  test("refuses events with 42925 when all rules together call more often than allowed", () => {
    const harness = createHarness([singleRule], { limits: { requestsPerSecond: 3 } });
    publish(harness, 5);
    expect(harness.requests).toHaveLength(3);
    expect(harness.codes).toEqual([42925, 42925]);
  });

  test("close ends requests under way and waiting retries", async () => {
    const harness = createHarness([singleRule]);
    publish(harness, 2);
    await harness.request(0).answer(500);
    await harness.integrations.close();
    expect(harness.request(1).signal.aborted).toBe(true);
    expect(harness.clock.pending).toBe(0);
    publish(harness, 1);
    expect(harness.requests).toHaveLength(2);
  });
});
