/** A rule in batch mode: when its requests go out, and what they hold. */
import { describe, expect, test } from "vitest";
import { batchRule, createHarness, dataOf, itemsOf, message } from "./harness.ts";

const START = 1_700_000_000_000;

describe("the pace of a batched rule", () => {
  test("posts the first event at once and the following ones together a second later", async () => {
    const { integrations, clock, requests, request } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    expect(requests.map(dataOf)).toEqual([["one"]]);
    integrations.channelEvent(message("two"));
    await request(0).answer(200);
    integrations.channelEvent(message("three"));
    await clock.advance(999);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(dataOf(request(1))).toEqual(["two", "three"]);
    expect(request(1).at).toBe(START + 1000);
  });

  test("has one request under way at most, however long it takes", async () => {
    const { integrations, clock, requests, request } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    integrations.channelEvent(message("two"));
    await clock.advance(9_000);
    expect(requests).toHaveLength(1);
    await request(0).answer(204);
    expect(dataOf(request(1))).toEqual(["two"]);
  });

  test("posts at once again after a quiet second", async () => {
    const { integrations, clock, request } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    await request(0).answer(200);
    await clock.advance(1_000);
    integrations.channelEvent(message("two"));
    expect(request(1).at).toBe(START + 1_000);
    expect(clock.pending).toBe(1);
  });

  test("makes no pause when the interval is 0", async () => {
    const { integrations, request } = createHarness([{ ...batchRule, batchIntervalMs: 0 }]);
    integrations.channelEvent(message("one"));
    integrations.channelEvent(message("two"));
    integrations.channelEvent(message("three"));
    await request(0).answer(200);
    expect(request(1).at).toBe(START);
    expect(dataOf(request(1))).toEqual(["two", "three"]);
  });

  test("sends no more than 100 events in one request, the oldest first", async () => {
    const { integrations, clock, request } = createHarness([batchRule]);
    for (let n = 0; n <= 150; n++) integrations.channelEvent(message(`${n}`));
    await request(0).answer(200);
    await clock.advance(1_000);
    expect(dataOf(request(1))).toEqual(Array.from({ length: 100 }, (_, n) => `${n + 1}`));
    await request(1).answer(200);
    await clock.advance(1_000);
    expect(dataOf(request(2))).toHaveLength(50);
  });

  test("starts another request when the bytes of one are full", async () => {
    const { integrations, clock, request } = createHarness([batchRule], { limits: { batchBytes: 1_000 } });
    for (const letter of ["a", "b", "c"]) integrations.channelEvent(message(letter.repeat(600)));
    await request(0).answer(200);
    await clock.advance(1_000);
    expect(dataOf(request(1))).toEqual(["b".repeat(600)]);
  });
});

describe("a batched rule whose endpoint fails", () => {
  test("waits √2 times longer after each failure, up to a minute", async () => {
    const times: number[] = [];
    const { integrations, clock } = createHarness([batchRule], {
      limits: { eventLifeMs: 3_600_000 },
      post: async () => {
        times.push(clock.now());
        return { status: 500 };
      },
    });
    integrations.channelEvent(message("one"));
    await clock.advance(400_000);
    const pauses = times.slice(1).map((time, index) => Math.round(time - (times[index] ?? 0)));
    expect(pauses.slice(0, 12)).toEqual([1414, 2000, 2828, 4000, 5657, 8000, 11314, 16000, 22627, 32000, 45255, 60000]);
    expect(new Set(pauses.slice(12))).toEqual(new Set([60_000]));
  });

  test("repeats the same bytes in front of newer events", async () => {
    const { integrations, clock, request } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    await request(0).answer(503);
    integrations.channelEvent(message("two"));
    await clock.advance(1_415);
    expect(dataOf(request(1))).toEqual(["one", "two"]);
    expect(itemsOf(request(1))[0]).toEqual(itemsOf(request(0))[0]);
  });

  test.each([199, 302, 400, 404, 429, 500])("repeats after status %i", async (status) => {
    const { integrations, clock, request } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    await request(0).answer(status);
    await clock.advance(1_415);
    expect(dataOf(request(1))).toEqual(["one"]);
  });

  test("returns to the usual pace after a success", async () => {
    const { integrations, clock, request } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    await request(0).answer(500);
    await clock.advance(1_415);
    await request(1).answer(500);
    await clock.advance(2_000);
    await request(2).answer(200);
    integrations.channelEvent(message("two"));
    await clock.advance(1_000);
    await request(3).answer(500);
    await clock.advance(1_415);
    expect(dataOf(request(4))).toEqual(["two"]);
  });

  test("gives up an endpoint that has not answered for 15 seconds, and the request with it", async () => {
    const { integrations, clock, request, reports } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    await clock.advance(14_999);
    expect(request(0).signal.aborted).toBe(false);
    await clock.advance(1);
    expect(request(0).signal.aborted).toBe(true);
    expect(reports).toEqual(["moderate: unable to post to rule moderate; no answer in 15000 ms"]);
    await clock.advance(1_415);
    expect(dataOf(request(1))).toEqual(["one"]);
  });

  test("discards events older than five minutes and keeps the younger ones", async () => {
    const bodies: string[] = [];
    let status = 500;
    const { integrations, clock, reports } = createHarness([batchRule], {
      post: async ({ body }) => {
        bodies.push(body.toString());
        return { status };
      },
    });
    integrations.channelEvent(message("old"));
    await clock.advance(200_000);
    integrations.channelEvent(message("young"));
    await clock.advance(100_001);
    status = 200;
    bodies.length = 0;
    await clock.advance(60_000);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain("young");
    expect(bodies[0]).not.toContain('"old"');
    expect(reports.at(-1)).toBe("moderate: unable to post to rule moderate; 1 event(s) older than 300000 ms discarded");
  });

  test("becomes idle when everything it held is too old", async () => {
    const { integrations, clock } = createHarness([batchRule], { post: async () => ({ status: 500 }) });
    integrations.channelEvent(message("one"));
    await clock.advance(400_000);
    expect(clock.pending).toBe(0);
  });

  test.each([
    [500, 70002],
    [404, 70002],
    [429, 42923],
  ])("reports status %i as %i", async (status, code) => {
    const { integrations, request, codes } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    await request(0).answer(status);
    expect(codes).toEqual([code]);
  });

  test("reports a refused connection as 70001", async () => {
    const { integrations, request, codes, reports } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    await request(0).fail("ECONNREFUSED");
    expect(codes).toEqual([70001]);
    expect(reports).toEqual(["moderate: unable to post to rule moderate; ECONNREFUSED"]);
  });
});

describe("the bounds of a batched rule", () => {
  test("refuses events beyond the queue with 70003", () => {
    const { integrations, codes } = createHarness([batchRule], { limits: { queuedEvents: 2 } });
    for (const text of ["one", "two", "three", "four"]) integrations.channelEvent(message(text));
    expect(codes).toEqual([70003, 70003]);
  });

  test("refuses events beyond the bytes of the queue with 70003", () => {
    const { integrations, codes } = createHarness([batchRule], { limits: { queuedBytes: 2_000 } });
    integrations.channelEvent(message("a".repeat(500)));
    integrations.channelEvent(message("b".repeat(500)));
    expect(codes).toEqual([70003]);
  });

  test("accepts again when a batch has left the queue", async () => {
    const { integrations, codes, request, clock } = createHarness([batchRule], { limits: { queuedEvents: 1 } });
    integrations.channelEvent(message("one"));
    await request(0).answer(200);
    integrations.channelEvent(message("two"));
    await clock.advance(1_000);
    expect(dataOf(request(1))).toEqual(["two"]);
    expect(codes).toEqual([]);
  });

  test("waits, and says so, when all rules together call more often than allowed", async () => {
    const { integrations, clock, requests, request, codes } = createHarness([{ ...batchRule, batchIntervalMs: 0 }], {
      limits: { requestsPerSecond: 2 },
    });
    for (const text of ["one", "two", "three"]) {
      integrations.channelEvent(message(text));
      await requests.at(-1)?.answer(200);
    }
    expect(requests).toHaveLength(2);
    expect(codes).toEqual([42925]);
    await clock.advance(500);
    expect(dataOf(request(2))).toEqual(["three"]);
  });

  test("close ends timers and requests under way, and nothing is posted afterwards", async () => {
    const { integrations, clock, requests, request } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    integrations.channelEvent(message("two"));
    await Promise.all([integrations.close(), integrations.close()]);
    expect(request(0).signal.aborted).toBe(true);
    integrations.channelEvent(message("three"));
    await clock.advance(60_000);
    expect(requests).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("close ends a pause", async () => {
    const { integrations, clock, request } = createHarness([batchRule]);
    integrations.channelEvent(message("one"));
    await request(0).answer(500);
    await integrations.close();
    expect(clock.pending).toBe(0);
  });
});
