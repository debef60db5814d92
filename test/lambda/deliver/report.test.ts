/** What the log and the metrics say of a request, fate by fate. */
import { describe, expect, test } from "vitest";
import type { Fate } from "../../../lambda/deliver/fate.ts";
import { report } from "../../../lambda/deliver/report.ts";
import { noCounts } from "../../../lambda/metrics.ts";
import { inForceBy } from "../helpers/moderation.ts";
import { AUTHOR, CHANNEL, fateOf, judged, NOW } from "./fates.ts";

/** Stars every `potato`, and fails on `bug`. */
const moderator = {
  moderate(text: string) {
    if (text.includes("bug")) throw new Error("a mistake");
    return { text: text.replaceAll("potato", "******"), matches: [] };
  },
};

const reported = (...fates: Fate[]) => report(fates, { now: () => NOW, inForce: inForceBy(moderator) });
const { message } = judged();
const said = { channel: CHANNEL, author: AUTHOR, delayMs: 40 };
const publish = { kind: "publish", ...judged() } as const;
const blocked = { kind: "refuse", reason: "blocked" } as const;
const by = (clientId: string, timestamp: number | null = NOW - 40) => {
  const { entry } = fateOf(blocked);
  return { entry: { ...entry, message: { ...entry.message, clientId, timestamp } } };
};

test.each<[string, Fate, object, object]>([
  [
    "published",
    fateOf(publish, { sending: { outcome: "published", attempts: 1 } }),
    { ...said, decision: "published", id: message.id, starred: 0, attempts: 1 },
    { published: 1 },
  ],
  [
    "published with stars, at the third try",
    fateOf({ ...publish, starred: 2 }, { sending: { outcome: "published", attempts: 3, code: 50_003 } }),
    { ...said, decision: "published", id: message.id, starred: 2, attempts: 3, code: 50_003 },
    { published: 1, starred: 1, retried: 2 },
  ],
  [
    "a message that was out already",
    {
      ...fateOf(publish, { outBefore: "out:0", sending: { outcome: "duplicate", attempts: 0 } }),
      ...by("potato.x1y2z3"),
    },
    { ...said, decision: "duplicate", author: "potato.x1y2z3", id: message.id, starred: 0, attempts: 0 },
    { duplicate: 1 },
  ],
  [
    "held",
    fateOf(
      { kind: "hold", ...judged({ starred: 1 }) },
      { ...by("potato.x1y2z3"), sending: { outcome: "held", attempts: 1 } },
    ),
    { ...said, decision: "held", reason: "held", author: "potato.x1y2z3", id: message.id, starred: 1, attempts: 1 },
    { held: 1 },
  ],
  ["refused", fateOf(blocked), { ...said, decision: "refused", reason: "blocked" }, { refused: 1 }],
  [
    "refused, of an author with a word of the list in either part",
    fateOf({ kind: "refuse", reason: "bad-author" }, by("My potato.potato1")),
    { ...said, decision: "refused", reason: "bad-author", author: "My ******.******1" },
    { refused: 1 },
  ],
  [
    "refused, of an author who cannot be looked at",
    fateOf({ kind: "refuse", reason: "moderator-failed" }, by("bug.x1y2z3")),
    { ...said, decision: "failed", reason: "moderator-failed", author: "" },
    { failed: 1 },
  ],
  [
    "of nobody",
    { ...fateOf({ kind: "refuse", reason: "anonymous" }), entry: { ...fateOf(blocked).entry, message: {} } },
    { decision: "refused", reason: "anonymous", channel: CHANNEL, author: "" },
    { refused: 1 },
  ],
  [
    "ignored",
    fateOf({ kind: "ignore", reason: "not a new message" }),
    { ...said, decision: "ignored", reason: "not a new message" },
    { ignored: 1 },
  ],
  [
    "not sent for want of time",
    fateOf(publish, { sending: { outcome: "unsent", attempts: 0 } }),
    { ...said, decision: "deferred", reason: "out of time", id: message.id, starred: 0, attempts: 0 },
    { deferred: 1 },
  ],
  [
    "not taken by Ably, because the key may not",
    fateOf(publish, { sending: { outcome: "failed", attempts: 2, code: 40_160, denied: true } }),
    { ...said, decision: "deferred", reason: "not-delivered", id: message.id, starred: 0, attempts: 2, code: 40_160 },
    { deferred: 1, retried: 1, denied: 1 },
  ],
  [
    "not taken by Ably, and kept",
    fateOf(publish, { sending: { outcome: "failed", attempts: 1, denied: false }, isKept: true }),
    {
      ...said,
      decision: "failed",
      reason: "not-delivered",
      id: message.id,
      starred: 0,
      attempts: 1,
      quarantined: true,
    },
    { failed: 1, quarantined: 1 },
  ],
  [
    "not taken by Ably, and beyond its author's share",
    fateOf(publish, { sending: { outcome: "failed", attempts: 1 }, isForgone: true }),
    { ...said, decision: "failed", reason: "not-delivered", id: message.id, starred: 0, attempts: 1 },
    { failed: 1, forgone: 1 },
  ],
  [
    "rejected by Ably",
    fateOf(publish, { sending: { outcome: "rejected", attempts: 1, code: 40_000 } }),
    { ...said, decision: "failed", reason: "publish-rejected", id: message.id, starred: 0, attempts: 1, code: 40_000 },
    { failed: 1 },
  ],
  [
    "something else",
    { entry: { kind: "other", source: "channel.presence" } },
    { decision: "ignored", reason: "channel.presence" },
    { ignored: 1 },
  ],
  [
    "nonsense",
    { entry: { kind: "nonsense", raw: 7 } },
    { decision: "failed", reason: "unreadable", quarantined: false },
    { failed: 1 },
  ],
  [
    "nonsense that is kept",
    { entry: { kind: "nonsense", raw: 7 }, isKept: true },
    { decision: "failed", reason: "unreadable", quarantined: true },
    { failed: 1, quarantined: 1 },
  ],
])("%s", (_, fate, decision, counts) => {
  const { decisions, counts: counted } = reported(fate);
  expect(decisions).toStrictEqual([decision]);
  expect(counted).toEqual({ ...noCounts(), ...counts });
});

test("a message that the other rule had brought out is named by its copy, and its author needs no look", () => {
  const { decision: _, ...undecided } = fateOf(blocked, {
    ...by("potato.x1y2z3"),
    outBefore: "out:0",
    sending: { outcome: "duplicate", attempts: 0 },
  });
  expect(reported(undecided).decisions).toStrictEqual([
    { ...said, decision: "duplicate", author: "potato.x1y2z3", id: "out:0", attempts: 0 },
  ]);
});

describe("the age of a request", () => {
  test("is that of its oldest message", () => {
    const fates = [by(AUTHOR, NOW - 40), by(AUTHOR, NOW - 900), by(AUTHOR, NOW)];
    expect(reported(...fates).oldestMs).toBe(900);
  });

  test("and the delay of a message are never less than nothing, whatever a clock says", () => {
    const { oldestMs, decisions } = reported(fateOf(blocked, by(AUTHOR, NOW + 5_000)));
    expect([oldestMs, decisions[0]?.delayMs]).toEqual([0, 0]);
  });

  test("is not known without a stamp", () => {
    const { oldestMs, decisions } = reported(fateOf(blocked, by(AUTHOR, null)));
    expect([oldestMs, decisions[0]?.delayMs]).toEqual([undefined, undefined]);
  });
});
