/** What moderators see live: few events, none of them too large, and never at the cost of an answer. */
import { beforeEach, expect, test } from "vitest";
import type { Judged } from "../../../lambda/decide/decide.ts";
import { outgoingMessage } from "../../../lambda/decide/outgoing.ts";
import type { Fate } from "../../../lambda/deliver/fate.ts";
import type { Sending } from "../../../lambda/deliver/publish-once.ts";
import { createShowLive, type ShowLive } from "../../../lambda/deliver/show-live.ts";
import { limits } from "../../../lambda/limits.ts";
import { FakeAbly } from "../helpers/fake-ably.ts";

const START = 1_700_000_000_000;
const LATE = START + 10_000;

let ably: FakeAbly;
let show: ShowLive;

beforeEach(() => {
  ably = new FakeAbly(() => START);
  show = createShowLive(ably, () => START);
});

function fate(sourceId: string, text = sourceId, outcome: Sending["outcome"] = "published"): Fate {
  const channel = "chat:from-clients";
  const clientId = "Ada.x1y2z3";
  const message = outgoingMessage({ author: clientId, sourceId, timestamp: START, text, starred: 0 });
  const judged: Judged = { channel, room: "lobby", message, starred: 0, text, action: "publish", rules: [] };
  const entry = { kind: "message", channel, sourceId, message: { clientId, timestamp: START } } as const;
  return { entry, decision: { kind: "publish", ...judged }, sending: { outcome, attempts: 1 } };
}

const shown = () => ably.on("desk:live").map(({ data }) => JSON.parse(data).map(({ text }: { text: string }) => text));

test("what is decided while an event is on its way shares the next one", async () => {
  const failed = await Promise.all(["one", "two", "three"].map((text) => show([fate(text)], LATE)));
  expect(failed).toEqual([0, 0, 0]);
  expect(shown()).toEqual([["one", "two", "three"]]);
  await show([fate("four")], LATE);
  expect(shown()).toEqual([["one", "two", "three"], ["four"]]);
});

test("what is not over yet, or was over before, is not shown", async () => {
  const fates = [
    fate("a", "a", "failed"),
    fate("b", "b", "unsent"),
    fate("c", "c", "duplicate"),
    { entry: { kind: "other", source: "x" } } as const,
  ];
  expect(await show(fates, LATE)).toBe(0);
  expect(ably.publishes).toBe(0);
});

test("an event is never larger than a message may be, and a flood is cut short", async () => {
  const long = "ä".repeat(2_000);
  expect(
    await show(
      Array.from({ length: 300 }, (_, n) => fate(`m${n}`, long)),
      LATE,
    ),
  ).toBe(0);
  const events = ably.on("desk:live");
  for (const { data } of events) expect(Buffer.byteLength(data)).toBeLessThan(limits.liveBytes + 1_000);
  expect(shown().flat()).toHaveLength(limits.liveDecisions);
  expect(events.length).toBeLessThan(limits.liveDecisions / 4);
});

test("each event that does not arrive is counted, whatever went wrong, and the next one is tried again", async () => {
  ably.failures.push({ ok: false, kind: "transient" });
  expect(await show([fate("one")], LATE)).toBe(1);
  const publish = ably.publish.bind(ably);
  ably.publish = () => Promise.reject(new Error("a mistake"));
  expect(await show([fate("two")], LATE)).toBe(1);
  ably.publish = publish;
  expect(await show([fate("three")], LATE)).toBe(0);
  expect(shown()).toEqual([["three"]]);
});

test("nothing is tried that the answer would have to wait for too long", async () => {
  expect(await show([fate("one")], START + 2 * limits.liveMs - 1)).toBe(1);
  expect(await show([fate("one")], START + 2 * limits.liveMs)).toBe(0);
  expect(ably.publishes).toBe(1);
});
