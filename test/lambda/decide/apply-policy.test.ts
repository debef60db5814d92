/** What a policy makes of one message. */
import { describe, expect, test } from "vitest";
import { applyPolicy, type Circumstances, type Incoming } from "../../../lambda/decide/apply-policy.ts";
import { loadDefaultPolicy } from "../../../lambda/policy/default-policy.ts";
import { durationMs, type Policy } from "../../../lambda/policy/policy.ts";
import { createRecentMessages, type Said } from "../../../lambda/policy/recent-messages.ts";
import type { SanctionChange } from "../../../lambda/sanction.ts";
import { policyOf } from "../helpers/moderation.ts";

const NOW = 1_795_258_800_000;
const message = (text: string, more: Partial<Incoming> = {}): Incoming => ({ text, room: "lobby", at: NOW, ...more });
const given = (policy: Policy, more: Partial<Circumstances> = {}): Circumstances => ({
  policy,
  recent: [],
  now: NOW,
  ...more,
});
const said = (at: number, more: Partial<Said> = {}): Said => {
  return { id: String(at), room: "lobby", at, sketch: new Set(), blocked: false, ...more };
};
const sanction = (kind: SanctionChange["kind"], until?: number): SanctionChange => {
  return { kind, person: "p", reason: "", by: "Ana", at: NOW, change: 1, ...(until !== undefined && { until }) };
};

const LISTS = { words: "words.txt", fruit: ["kiwi", "!kiwi pie"], slurs: ["turnip"] } as const;
const rule = (name: string, action: string, when: object, more: object = {}) => ({ name, action, when, ...more });

describe("the default policy", () => {
  const policy = loadDefaultPolicy({ banned: "potato", allowed: "potato salad" });

  test("stars out the words of the list and publishes", () => {
    const decision = applyPolicy(message("a Potato and potato salad"), given(policy));
    expect(decision).toMatchObject({ action: "mask", code: "starred", text: "a ****** and potato salad" });
    expect(decision.masked).toMatchObject([{ start: 2, end: 8 }]);
    expect(decision.rules).toMatchObject([
      { name: "house words", action: "mask", spans: [{ start: 2, end: 8, word: "potato", list: "house words" }] },
    ]);
  });

  test("leaves everything else as it is", () => {
    expect(applyPolicy(message("hello"), given(policy))).toEqual({
      action: "publish",
      text: "hello",
      masked: [],
      rules: [],
    });
  });

  test("knows its words in names", () => {
    expect(policy.names.moderate("Potato").text).toBe("******");
    expect(policy.names.moderate("Ann").matches).toEqual([]);
  });
});

describe("of several rules", () => {
  const policy = policyOf({
    lists: LISTS,
    rules: [
      rule("flags", "flag", { words: ["fruit"] }),
      rule("masks", "mask", { words: ["words"] }, { tell: "No potatoes." }),
      rule("holds", "hold", { capitals: { share: 0.9, letters: 10 } }),
      rule("blocks", "block", { words: ["slurs"] }, { tell: "That word is not used here." }),
    ],
  });

  test.each([
    ["nothing", "publish", undefined, []],
    ["a kiwi", "flag", undefined, ["flags"]],
    ["a kiwi pie", "publish", undefined, []],
    ["kiwi potato", "mask", "starred", ["flags", "masks"]],
    ["KIWI POTATO HELLO", "hold", "held", ["flags", "masks", "holds"]],
    ["KIWI POTATO TURNIP", "block", "blocked", ["flags", "masks", "holds", "blocks"]],
  ])("the strictest action is taken: %j", (text, action, code, names) => {
    const decision = applyPolicy(message(text), given(policy));
    expect([decision.action, decision.code, decision.rules.map(({ name }) => name)]).toEqual([action, code, names]);
  });

  test("a held message is kept as it would be published, masks and all", () => {
    expect(applyPolicy(message("KIWI POTATO HELLO"), given(policy)).text).toBe("KIWI ****** HELLO");
  });

  test("the one that decided tells the sender", () => {
    expect(applyPolicy(message("potato"), given(policy)).tell).toBe("No potatoes.");
    expect(applyPolicy(message("potato turnip"), given(policy)).tell).toBe("That word is not used here.");
    expect(applyPolicy(message("POTATO IS HELD"), given(policy)).tell).toBeUndefined();
  });

  test("a flag alone leaves the text as it is", () => {
    expect(applyPolicy(message("a kiwi"), given(policy))).toMatchObject({ text: "a kiwi", masked: [] });
  });
});

test("an entry of a policy's list means what it means in the list file", () => {
  const lists = { l: ["=spud", "kale*", "!kale pie"] };
  const policy = policyOf({ lists, rules: [rule("l", "mask", { words: ["l"] })] });
  const { text } = applyPolicy(message("spud 5pud kalette kale pie"), given(policy));
  expect(text).toBe("**** 5pud ****tte kale pie");
});

describe("masking", () => {
  test("of several rules stars each place once, whatever overlaps", async () => {
    const policy = policyOf({
      lists: { a: ["potato pie"], b: ["pie crust"] },
      rules: [
        rule("a", "mask", { words: ["a"] }),
        rule("b", "mask", { words: ["b"] }),
        rule("c", "mask", { personal: ["email"] }),
      ],
    });
    await policy.load();
    const decision = applyPolicy(message("potato pie crust, a@b.de!"), given(policy));
    expect(decision.text).toBe("****************, ******!");
    expect(decision.masked).toHaveLength(2);
  });

  test("looks once more at what its stars brought together", () => {
    const policy = policyOf({
      lists: { a: ["kiwi"], b: ["p-tato"] },
      rules: [rule("a", "mask", { words: ["a"] }), rule("b", "mask", { words: ["b"] })],
    });
    const { text } = applyPolicy(message("kiwi's p-tato"), given(policy));
    expect(applyPolicy(message(text), given(policy)).text).toBe(text);
  });

  test("by a rule that finds no place in particular stars out the whole text", () => {
    const policy = policyOf({ rules: [rule("loud", "mask", { capitals: { share: 0.5, letters: 3 } })] });
    expect(applyPolicy(message("LOUD ok"), given(policy)).text).toBe("*******");
  });
});

describe("rules of a room", () => {
  test("apply there alone", () => {
    const policy = policyOf({ lists: LISTS, rules: [rule("r", "block", { words: ["words"] }, { rooms: ["garden"] })] });
    expect(applyPolicy(message("potato"), given(policy)).action).toBe("publish");
    expect(applyPolicy(message("potato", { room: "garden" }), given(policy)).action).toBe("block");
  });
});

describe("a sanction", () => {
  const policy = policyOf({
    lists: LISTS,
    rules: [rule("r", "block", { words: ["words"] })],
    rooms: { "*": { locked: true } },
  });

  test("comes before the room and the rules, and says until when", () => {
    const muted = applyPolicy(message("potato"), given(policy, { sanction: sanction("mute", NOW + 5_000) }));
    expect(muted).toMatchObject({ action: "block", code: "muted", until: NOW + 5_000, rules: [] });
    const banned = applyPolicy(message("hello"), given(policy, { sanction: sanction("ban") }));
    expect([banned.code, banned.until]).toEqual(["banned", undefined]);
  });

  test("that has ended or was lifted counts no more", () => {
    const open = policyOf({});
    for (const past of [sanction("mute", NOW), sanction("lift"), undefined]) {
      expect(applyPolicy(message("hello"), given(open, { sanction: past })).action).toBe("publish");
    }
  });
});

describe("a room", () => {
  test("that is locked takes nothing, from moderators neither", () => {
    const policy = policyOf({ rooms: { lobby: { locked: true } } });
    expect(applyPolicy(message("hello"), given(policy))).toMatchObject({ action: "block", code: "room-locked" });
    expect(applyPolicy(message("hello"), given(policy, { sanction: sanction("exempt") })).code).toBe("room-locked");
    expect(applyPolicy(message("hello", { room: "garden" }), given(policy)).action).toBe("publish");
  });

  test("has its own settings over those of all rooms", () => {
    const policy = policyOf({ rooms: { "*": { slowModeSeconds: 9, locked: true }, lobby: { locked: false } } });
    expect(policy.settingsOf("lobby")).toEqual({ slowModeMs: 9_000, locked: false });
    expect(policy.settingsOf("garden")).toEqual({ slowModeMs: 9_000, locked: true });
  });

  test("in slow mode says when the next message may come, and lets moderators write", () => {
    const policy = policyOf({ rooms: { "*": { slowModeSeconds: 5 } } });
    const hasty = applyPolicy(message("hello"), given(policy, { recent: [said(NOW - 4_000)] }));
    expect(hasty).toMatchObject({ action: "block", code: "slow-mode", until: NOW + 1_000 });
    const moderator = { recent: [said(NOW - 1_000)], sanction: sanction("exempt", NOW + 1) };
    expect(applyPolicy(message("hello"), given(policy, moderator)).action).toBe("publish");
    expect(applyPolicy(message("hello"), given(policy, { ...moderator, now: NOW + 1 })).code).toBe("slow-mode");
  });
});

describe("pace", () => {
  const policy = policyOf({
    lists: LISTS,
    rules: [rule("flood", "block", { flood: { messages: 2, seconds: 5 } }), rule("r", "block", { words: ["words"] })],
  });
  const recentMessages = createRecentMessages();
  recentMessages.add("p", said(NOW - 2));
  recentMessages.add("p", said(NOW - 1));

  test("is told as too fast, unless another rule blocks as well", () => {
    expect(applyPolicy(message("hello"), given(policy, { recent: recentMessages.of("p", "x") })).code).toBe("too-fast");
    expect(applyPolicy(message("potato"), given(policy, { recent: recentMessages.of("p", "x") })).code).toBe("blocked");
  });

  test("what was said after a message does not count against it when it is repeated", () => {
    const flood = policyOf({ rules: [rule("flood", "block", { flood: { messages: 2, seconds: 5 } })] });
    const recent = [said(NOW - 1), said(NOW + 1), said(NOW + 2)];
    expect(applyPolicy(message("hello"), given(flood, { recent })).action).toBe("publish");
    expect(applyPolicy(message("hello", { at: NOW + 1 }), given(flood, { recent })).code).toBe("too-fast");
  });

  test("counts a repeated delivery of a message once", () => {
    expect(
      applyPolicy(message("hello"), given(policy, { recent: recentMessages.of("p", String(NOW - 1)) })).action,
    ).toBe("publish");
  });
});

describe("a service", () => {
  const when = { service: { name: "s", above: { hate: 0.5 }, deadlineMs: 100, onFailure: "hold" } };
  const policy = policyOf({ rules: [rule("s", "block", when, { rooms: ["lobby"] })] });
  const scored = (hate: number) => given(policy, { scores: new Map([["s", { hate }]]) });

  test("is asked for the rooms of its rule, and its answer or silence decides", () => {
    expect(policy.servicesIn("lobby").map(({ name }) => name)).toEqual(["s"]);
    expect(policy.servicesIn("garden")).toEqual([]);
    expect(applyPolicy(message("x"), scored(0.6))).toMatchObject({ action: "block", rules: [{ why: "hate 0.60" }] });
    expect(applyPolicy(message("x"), scored(0.5)).action).toBe("publish");
    expect(applyPolicy(message("x"), given(policy))).toMatchObject({ action: "hold", code: "held" });
  });
});

test("a rule that is not loaded throws, so that nothing is published", () => {
  const policy = policyOf({ rules: [rule("l", "flag", { links: {} })] });
  expect(() => applyPolicy(message("hello"), given(policy))).toThrow("not loaded");
});

test("a time of a policy is so many milliseconds, or for good", () => {
  expect(["15m", "1h", "2d", "30s", "forever"].map(durationMs)).toEqual([900_000, 3.6e6, 172.8e6, 30_000, undefined]);
});
