/** One channel during one request: what is known to be out is not sent again, and the history is asked as little as possible. */
import { beforeEach, expect, test } from "vitest";
import { openChannel } from "../../../lambda/deliver/publish-once.ts";
import { Recent } from "../../../lambda/deliver/recent.ts";
import { limits } from "../../../lambda/limits.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";
import { FakeAbly } from "../helpers/fake-ably.ts";
import { judged, NOW } from "./fates.ts";

const CHANNEL = "chat:to-clients";
const OLD = limits.deduplicationMs + 1;

let clock: FakeClock;
let ably: FakeAbly;
let recent: Recent;

beforeEach(() => {
  clock = createFakeClock(NOW);
  ably = new FakeAbly(clock.now);
  recent = new Recent({ entries: 100, ms: limits.recentMs, now: clock.now });
});

const open = (publishInDoubt = false) =>
  openChannel(CHANNEL, {
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0,
    publisher: ably,
    recent,
    publishInDoubt,
  });
const messageOf = (sourceId: string) => judged({ sourceId }).message;
const send = (sourceId: string, ageMs: number, { channel = open(), leftMs = 5_000 } = {}) =>
  clock.run(channel.publishOnce(messageOf(sourceId), clock.now() - ageMs, clock.now() + leftMs));
/** Publishes as another process does. */
const elsewhere = (sourceId: string) => ably.publish(CHANNEL, messageOf(sourceId));

test("what this process has published is not sent again", async () => {
  expect(await send("m1", 0)).toEqual({ outcome: "published", attempts: 1 });
  expect(await send("m1", 0)).toEqual({ outcome: "duplicate", attempts: 0 });
  expect(ably.publishes).toBe(1);
});

test("the history is asked about what Ably may have forgotten, and about nothing younger", async () => {
  expect(await send("m1", OLD - 1)).toMatchObject({ outcome: "published" });
  expect(ably.lookUps).toBe(0);
  expect(await send("m2", OLD)).toMatchObject({ outcome: "published" });
  expect(ably.lookUps).toBe(1);
});

test("what the history has is remembered as published", async () => {
  await elsewhere("m1");
  clock.tick(OLD);
  expect(await send("m1", OLD)).toEqual({ outcome: "duplicate", attempts: 1 });
  expect(await send("m1", OLD)).toEqual({ outcome: "duplicate", attempts: 0 });
  expect([ably.publishes, ably.lookUps]).toEqual([1, 1]);
});

test("messages of one request share a look into the history that goes back far enough", async () => {
  await elsewhere("oldest");
  clock.tick(limits.clockSkewMs + OLD);
  const channel = open();
  expect(await send("m1", OLD, { channel })).toMatchObject({ outcome: "published" });
  expect(await send("m2", OLD, { channel })).toMatchObject({ outcome: "published" });
  expect(ably.lookUps).toBe(1);
  expect(await send("oldest", limits.clockSkewMs + OLD, { channel })).toMatchObject({ outcome: "duplicate" });
  expect(ably.lookUps).toBe(2);
});

test("a look that failed is tried again, and one that told what it can is not", async () => {
  const look = ably.idsSince.bind(ably);
  ably.idsSince = async (channel, since) => {
    ably.historyFailure = ably.lookUps === 0 ? { ok: false, kind: "transient" } : undefined;
    return await look(channel, since);
  };
  expect(await send("m1", OLD)).toMatchObject({ outcome: "published", attempts: 2 });
  expect(ably.lookUps).toBe(2);
});

test("a history that may not be read is asked once for a message that goes out all the same", async () => {
  ably.historyFailure = { ok: false, kind: "denied" };
  ably.failures.push({ ok: false, kind: "transient" });
  expect(await send("m1", OLD, { channel: open(true) })).toMatchObject({ outcome: "published", attempts: 2 });
  expect(ably.lookUps).toBe(1);
});

test.each([
  [2_000, 400],
  [2_400, 1],
  [9_000, 1],
])("after a look of %d ms a publish may take %d ms of 2,400", async (lookMs, timeoutMs) => {
  const told: number[] = [];
  const look = ably.idsSince.bind(ably);
  ably.idsSince = async (channel, since) => {
    await clock.sleep(lookMs);
    return await look(channel, since);
  };
  const publish = ably.publish.bind(ably);
  const publisher = {
    idsSince: ably.idsSince,
    async publish(channel: string, message: Parameters<typeof publish>[1], ms: number) {
      told.push(ms);
      return await publish(channel, message);
    },
  };
  const deps = { now: clock.now, sleep: clock.sleep, random: () => 0, publisher, recent, publishInDoubt: false };
  await send("m1", OLD, { channel: openChannel(CHANNEL, deps), leftMs: 2_400 });
  expect(told).toEqual([timeoutMs]);
});
