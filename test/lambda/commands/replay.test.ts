/** `npm run replay`: what becomes of each entry of the quarantine. */
import { expect, test } from "vitest";
import { replay, summarise } from "../../../lambda/commands/replay.ts";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { createRecentMessages } from "../../../lambda/policy/recent-messages.ts";
import type { Quarantined } from "../../../lambda/quarantine/entry.ts";
import { readInbound } from "../../../lambda/quarantine/inbound.ts";
import type { Reader } from "../../../lambda/quarantine/quarantine.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { FakeAbly } from "../helpers/fake-ably.ts";
import { readerOf } from "../helpers/memory-quarantine.ts";
import { inForceBy } from "../helpers/moderation.ts";

const START = 1_700_000_000_000;

function start({ discard = false } = {}) {
  const time = createFakeClock(START);
  const ably = new FakeAbly(time.now);
  const deps = {
    publisher: ably,
    inForce: inForceBy(createModerator({ words: ["potato"] })),
    recentMessages: createRecentMessages(),
    textLength: 20,
    now: time.now,
    sleep: time.sleep,
    random: () => 0.5,
    discard,
  };
  return { ably, time, run: (reader: Reader) => time.run(replay(reader, deps)) };
}

const entry = (id: string, more: object = {}): Quarantined => ({
  version: 1,
  at: START - 100,
  reason: "not-delivered",
  mode: "batch",
  what: {
    kind: "message",
    channel: "chat:from-clients",
    sourceId: id,
    message: { id, clientId: "Ada.x1y2z3", timestamp: START - 3_600_000, data: `text ${id}`, ...more },
  },
  attempts: 3,
});

test("publishes what is kept, moderated, in the order in which it was sent", async () => {
  const { ably, run } = start();
  const { reader, settled } = readerOf(
    entry("m2", { timestamp: START - 1_000_000, data: "potato" }),
    entry("m1", { timestamp: START - 2_000_000 }),
  );
  expect(await run(reader)).toEqual({ published: 2, duplicate: 0, discarded: 0, staying: new Map() });
  expect(ably.texts()).toEqual(["text m1", "******"]);
  expect(settled).toEqual([true, true]);
});

test("shows a message once that was kept twice, or was published after all", async () => {
  const { ably, run } = start();
  expect(await run(readerOf(entry("m1"), entry("m1")).reader)).toMatchObject({ published: 1, duplicate: 1 });
  expect(await run(readerOf(entry("m1")).reader)).toMatchObject({ published: 0, duplicate: 1 });
  expect(ably.texts()).toEqual(["text m1"]);
});

test("keeps what is refused again or cannot be read, and tells the sender once more", async () => {
  const { ably, run } = start();
  const raw: Quarantined = { ...entry("m0"), what: { kind: "raw", raw: "e30=", truncated: false } };
  const { reader, settled } = readerOf(entry("m1", { data: "x".repeat(21) }), raw, undefined, entry("m2"));
  const replayed = await run(reader);
  expect(settled).toEqual([false, false, false, true]);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ "source-id": "m1", reason: "too-long" }]);
  expect(summarise(replayed)).toBe(
    "1 published, 0 had been published before, 2 unreadable, 1 too-long stay in quarantine",
  );
});

test("throws away what can never be published when that is asked for, and nothing else", async () => {
  const { ably, run } = start({ discard: true });
  const raw: Quarantined = { ...entry("m0"), what: { kind: "raw", raw: "e30=", truncated: false } };
  ably.publish = async (_channel, { name }) => (name === "notice" ? { ok: true } : { ok: false, kind: "denied" });
  const { reader, settled } = readerOf(entry("m1", { data: "x".repeat(21) }), raw, undefined, entry("m2"));
  const replayed = await run(reader);
  expect(settled).toEqual([true, true, true, false]);
  expect(summarise(replayed)).toBe(
    "0 published, 0 had been published before, 3 thrown away, 1 failed stay in quarantine",
  );
});

test("tells the outcome of each try that is kept", async () => {
  const { ably, run } = start();
  const first = entry("m1", { data: 7 });
  const second = entry("m1", { id: "m1~1", data: 7 });
  await run(readerOf(first, first, second).reader);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([
    { "source-id": "m1", reason: "not-text" },
    { "source-id": "m1", reason: "not-text" },
  ]);
});

test("stops trying when Ably is away, and keeps everything", async () => {
  const { ably, run, time } = start();
  ably.publish = async () => ({ ok: false, kind: "transient" });
  const { reader, settled } = readerOf(entry("m1"), entry("m2"), entry("m3"));
  expect((await run(reader)).staying).toEqual(new Map([["failed", 3]]));
  expect(settled).toEqual([false, false, false]);
  expect(time.now() - START).toBeLessThan(31_000);
});

test("finds in the inbound history what was never handled, and leaves the rest", async () => {
  const { ably, run } = start();
  await run(readerOf(entry("m1")).reader);
  const message = (id: string, data: string) => ({ id, clientId: "Ada.x1y2z3", timestamp: START - 400_000, data });
  const items = [
    message("m1", "text m1"),
    message("m1~1", "text m1"),
    message("m2", "lost"),
    message("m2~1", "lost"),
    message("m3", "x".repeat(21)),
    { nonsense: 1 },
  ];
  const inbound = readInbound(["chat:from-clients"], async () => items, START);
  expect(await run(inbound)).toMatchObject({ published: 1, duplicate: 3, staying: new Map([["unreadable", 1]]) });
  expect(ably.texts()).toEqual(["text m1", "lost"]);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ "source-id": "m3", reason: "too-long" }]);
});
