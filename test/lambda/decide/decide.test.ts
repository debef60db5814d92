/** One entry of a request in, one decision out: what is refused, ignored and published, and what of it survives. */
import { describe, expect, test } from "vitest";
import { isAnonymous, refuseAuthor } from "../../../lambda/decide/author.ts";
import { decide, type Rules } from "../../../lambda/decide/decide.ts";
import { readText } from "../../../lambda/decide/text.ts";
import { limits } from "../../../lambda/limits.ts";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { createRecentMessages } from "../../../lambda/policy/recent-messages.ts";
import type { MessageEntry, WireMessage } from "../../../lambda/receive/entry.ts";
import { policyOf } from "../helpers/moderation.ts";

const NOW = 1_700_000_000_000;
const POLICY = policyOf({
  lists: { house: "words.txt", slurs: ["turnip"], sales: ["bargain"] },
  rules: [
    { name: "house", when: { words: ["house"] }, action: "mask" },
    { name: "slurs", when: { words: ["slurs"] }, action: "block", tell: "Not here." },
    { name: "sales", when: { words: ["sales"] }, action: "hold" },
  ],
});
const RULES: Rules = {
  inForce: { policy: POLICY, sanctionOf: () => undefined },
  recentMessages: createRecentMessages(),
  textLength: 100,
};
const entry = (message: Partial<WireMessage> = {}, more: Partial<MessageEntry> = {}): MessageEntry => ({
  kind: "message",
  channel: "chat:from-clients:garden",
  sourceId: "m1",
  message: { clientId: "Ada.x1y2z3a4b5", timestamp: NOW - 5, data: "hello", ...message },
  ...more,
});
const decided = (message?: Partial<WireMessage>, more?: Partial<MessageEntry>, rules = RULES) =>
  decide(entry(message, more), rules, NOW);

describe("what a policy says", () => {
  test("becomes a message to publish, to hold, or a refusal that says what the rule tells", () => {
    expect(decided({ data: "a potato" })).toMatchObject({
      kind: "publish",
      channel: "chat:to-clients:garden",
      room: "garden",
      action: "mask",
      starred: 1,
      text: "a potato",
      message: {
        clientId: "Ada.x1y2z3a4b5",
        data: "a ******",
        extras: { headers: { "source-id": "m1", "source-timestamp": String(NOW - 5), starred: "1" } },
      },
    });
    expect(decided({ data: "a bargain" })).toMatchObject({ kind: "hold", action: "hold", text: "a bargain" });
    expect(decided({ data: "a turnip" })).toMatchObject({
      kind: "refuse",
      reason: "blocked",
      tell: "Not here.",
      judged: { action: "block" },
    });
  });

  test("goes by the clock where a message has no stamp, and by the sanction of its person", () => {
    expect(decided({ timestamp: undefined })).toMatchObject({
      message: { extras: { headers: { "source-timestamp": String(NOW) } } },
    });
    const muted = { kind: "mute", person: "x1y2z3a4b5", reason: "", by: "", at: 0, change: 1, until: NOW + 1 } as const;
    const sanctionOf = (person: string) => (person === muted.person ? muted : undefined);
    const rules = { ...RULES, inForce: { policy: POLICY, sanctionOf } };
    expect(decided({}, {}, rules)).toMatchObject({ kind: "refuse", reason: "muted", until: NOW + 1 });
    expect(decided({ clientId: "Ada.other12345" }, {}, rules)).toMatchObject({ kind: "publish" });
  });

  test("counts what the person said before, only where the policy counts, and not the message itself", () => {
    const slow = policyOf({ rooms: { "*": { slowModeSeconds: 60 } } });
    const recentMessages = createRecentMessages();
    const said = { room: "garden", at: NOW - 10, sketch: new Set<number>(), blocked: false };
    recentMessages.add("x1y2z3a4b5", { ...said, id: "m0" });
    const rules = { ...RULES, recentMessages, inForce: { policy: slow, sanctionOf: () => undefined } };
    expect(decided({}, {}, rules)).toMatchObject({ kind: "refuse", reason: "slow-mode", until: NOW - 10 + 60_000 });
    expect(decided({}, { sourceId: "m0" }, rules)).toMatchObject({ kind: "publish" });
    expect(decided({}, {}, { ...RULES, recentMessages })).toMatchObject({ kind: "publish" });
  });

  test("that cannot be said is a refusal without a word of why", () => {
    const broken = {
      ...POLICY,
      rulesIn: () => {
        throw new Error("hello");
      },
    };
    expect(decided({}, {}, { ...RULES, inForce: { policy: broken, sanctionOf: () => undefined } })).toEqual({
      kind: "refuse",
      reason: "moderator-failed",
    });
  });
});

describe("what is no new message of a room", () => {
  test("is ignored", () => {
    expect(decided({}, { channel: "chat:to-clients" })).toEqual({ kind: "ignore", reason: "not an inbound channel" });
    for (const action of [1, 2, "message.update"])
      expect(decided({ action })).toEqual({ kind: "ignore", reason: "not a new message" });
    for (const action of [0, null, undefined, "message.create"])
      expect(decided({ action })).toMatchObject({ kind: "publish" });
  });
});

describe("an author", () => {
  const moderator = createModerator({ words: ["potato"] });

  test("needs a name without a word that is not allowed, and that is shown as it is written", () => {
    expect(decided({ clientId: undefined })).toEqual({ kind: "refuse", reason: "anonymous" });
    expect(decided({ clientId: "Potato.x1y2z3" })).toEqual({ kind: "refuse", reason: "bad-author" });
    expect(refuseAuthor("*", moderator)).toBe("anonymous");
    expect(refuseAuthor("\u202eadA.x1y2z3", moderator)).toBe("bad-author");
    expect(refuseAuthor("Ada.potato", moderator)).toBeUndefined();
    expect([isAnonymous(""), isAnonymous("*"), isAnonymous("Ada")]).toEqual([true, true, false]);
  });
});

describe("what everybody can read besides the text", () => {
  test("is moderated too: the room and the sender's own id", () => {
    expect(decided({}, { channel: "chat:from-clients:potato" })).toEqual({ kind: "refuse", reason: "bad-room" });
    expect(decided({}, { sourceId: "potato" })).toEqual({ kind: "refuse", reason: "bad-id" });
    expect(decided({}, { sourceId: "x".repeat(limits.sourceIdLength + 1) })).toEqual({
      kind: "refuse",
      reason: "bad-id",
    });
    expect(decided({}, { sourceId: "x".repeat(limits.sourceIdLength) })).toMatchObject({ kind: "publish" });
  });

  /** Everything is a word that is not allowed, so what passes was not looked at. */
  const everything = {
    moderate: (text: string) => ({
      text,
      matches: text.includes("m1") || text === "garden" || text === "Ada" ? [] : [{ start: 0, end: 1, word: "x" }],
    }),
  };
  const rules = { ...RULES, inForce: { policy: { ...POLICY, names: everything }, sanctionOf: () => undefined } };
  const passes = (sourceId: string, connectionId?: string) =>
    decided({ connectionId }, { sourceId }, rules).kind === "publish";

  test("but not an id that nobody typed: a UUID, digits, or Ably's own", () => {
    for (const id of ["0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "0A1B2C3D-0A1B-0A1B-0A1B-0A1B2C3D4E5F", "12:34-56", "7"])
      expect(passes(id)).toBe(true);
    const almost = [
      "x0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
      "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5fx",
      "0a1b2c3-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
      "0a1b2c3d-0a1b-0a1b-0a1b2c3d4e5f",
      "0a1b2c3d-0a-0a1b-0a1b-0a1b2c3d4e5f",
      "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c",
      "7x",
      "x7",
      "",
    ];
    for (const id of almost) expect(passes(id)).toBe(false);
    expect(passes("conn:12:34", "conn")).toBe(true);
    for (const id of ["conn:12:34x", "conn:x12:34", "conn:12", "other:12:34", "connx12:34"])
      expect(passes(id, "conn")).toBe(false);
    expect(passes("undefined:1:2")).toBe(false);
    expect(passes("conn:1:2", undefined)).toBe(false);
  });
});

describe("a text", () => {
  const read = (data: unknown, most = 5) => readText({ data }, most);

  test("is a string, or an object with one", () => {
    expect(read("hi")).toEqual({ ok: true, text: "hi" });
    expect(read({ text: "hi" })).toEqual({ ok: true, text: "hi" });
    for (const data of [7, null, {}, { text: 7 }, undefined])
      expect(read(data)).toEqual({ ok: false, reason: "not-text" });
    expect(readText({ data: "{", encoding: "json" }, 5)).toEqual({ ok: false, reason: "undecodable" });
  });

  test("has something in it that can be seen", () => {
    for (const text of ["", " \n", "\u200b\u2060", "\u0000\u0007", "\u2800"])
      expect(read(text)).toEqual({ ok: false, reason: "empty" });
    for (const text of [" a", "a ", "\u200ba", "a\u2800"]) expect(read(text)).toMatchObject({ ok: true });
  });

  test("is counted in characters, not in units", () => {
    expect(read("12345")).toMatchObject({ ok: true });
    expect(read("123456")).toEqual({ ok: false, reason: "too-long" });
    expect(read("😀".repeat(5))).toMatchObject({ ok: true });
    expect(read("😀".repeat(6))).toEqual({ ok: false, reason: "too-long" });
    expect(read("😀😀😀😀😀a")).toEqual({ ok: false, reason: "too-long" });
  });
});
