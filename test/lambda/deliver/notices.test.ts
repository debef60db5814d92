/** The notices that senders get: what they say, whom they go to, and how many there are. */
import { expect, test } from "vitest";
import { eventKey } from "../../../lambda/deliver/fate.ts";
import { liveEvent } from "../../../lambda/deliver/live.ts";
import { noticesAbout } from "../../../lambda/deliver/notices.ts";
import { limits } from "../../../lambda/limits.ts";
import { AUTHOR, CHANNEL, NOW } from "./fates.ts";

const outcome = (sourceId: string, clientId = AUTHOR) => ({
  sender: { sourceId, message: { id: sourceId, clientId } },
  reason: "blocked" as const,
});
const dataOf = ({ notice }: { notice: { data: string } }) => JSON.parse(notice.data);

test("a notice goes to its author's own channel, with an id that a repeated request makes again", () => {
  const [told, ...more] = noticesAbout([outcome("m1")]);
  expect(more).toEqual([]);
  expect(told).toMatchObject({ channel: "chat:notices:x1y2z3", notice: { name: "notice", encoding: "json" } });
  // another version of this program makes the same one, too
  expect(told?.notice.id).toBe("hUpFnNmDX3LUxLBGq3BybbNc3_5Vyil0-EZHSEF62c4:0");
  expect(told && dataOf(told)).toEqual({
    "source-id": "m1",
    outcome: "refused",
    code: "blocked",
    reason: "blocked",
    message: "This message is not allowed here.",
  });
});

test("what a rule says stands in the place of the sentence, with the time that it names", () => {
  const [told] = noticesAbout([{ ...outcome("m1"), tell: "Softly.", until: NOW }]);
  expect(told && dataOf(told)).toMatchObject({
    message: "Softly.",
    "from-rule": true,
    until: new Date(NOW).toISOString(),
  });
});

test("nobody in particular is told nothing", () => {
  expect(noticesAbout([outcome("m1", ""), outcome("m2", "*")])).toEqual([]);
});

test("a few messages have a notice each, and many share as few as can name them", () => {
  const few = Array.from({ length: limits.singleNotices }, (_, n) => outcome(`m${n}`));
  expect(noticesAbout(few).map((told) => dataOf(told).also)).toEqual([undefined, undefined, undefined]);
  const length = 200;
  const inOne = limits.noticeIds / length;
  const ids = Array.from({ length: 2 * inOne + 1 }, (_, n) => String(n).padStart(length, "x"));
  const notices = noticesAbout(ids.map((id) => outcome(id))).map(dataOf);
  const named = notices.map(({ "source-id": first, also = [] }) => [first, ...also]);
  expect(named.map((group) => group.length)).toEqual([inOne, inOne, 1]);
  expect(named.flat()).toEqual(ids);
});

test("an event of the moderators' live view is JSON under an id of its own", () => {
  const data = { version: 2, savedBy: "Ana", savedAt: NOW };
  const [one, two] = [liveEvent("policy", data), liveEvent("policy", data)];
  expect(one).toEqual({ id: one.id, name: "policy", data: JSON.stringify(data), encoding: "json" });
  expect(one.id).not.toBe(two.id);
});

test("each event has a key of its own", () => {
  const said = (sourceId: string, clientId: string) =>
    eventKey({ kind: "message", channel: CHANNEL, sourceId, message: { clientId, timestamp: NOW } });
  const keys = [
    said("m1", "a"),
    said("1", "am"),
    eventKey({ kind: "other", source: "channel.presence" }),
    eventKey({ kind: "other", source: "channel.occupancy" }),
    eventKey({ kind: "nonsense", raw: "a" }),
    eventKey({ kind: "nonsense", raw: "b" }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});
