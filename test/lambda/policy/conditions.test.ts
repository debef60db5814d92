/** Each condition of a rule: which parts of a text it finds. */
import { describe, expect, test } from "vitest";
import type { Subject } from "../../../lambda/policy/conditions/condition.ts";
import { prepare } from "../../../lambda/policy/conditions/index.ts";
import { createRecentMessages, type Said, sketchOf } from "../../../lambda/policy/recent-messages.ts";
import type { RuleDocument } from "../../../lambda/policy/schema.ts";

const subject = (text: string, more: Partial<Subject> = {}): Subject => ({
  text,
  at: 100_000,
  recent: [],
  isModerator: false,
  words: () => [],
  scores: () => undefined,
  ...more,
});

/** The stretches of the text that a condition finds. */
async function found(when: RuleDocument["when"], text: string): Promise<string[] | undefined> {
  const { condition, load } = prepare(when);
  await load();
  return condition(subject(text))?.spans.map(({ start, end }) => text.slice(start, end));
}

const holds = async (when: RuleDocument["when"], text: string, more: Partial<Subject> = {}): Promise<boolean> => {
  const { condition, load } = prepare(when);
  await load();
  return condition(subject(text, more)) !== undefined;
};

describe("links", () => {
  test.each([
    ["see https://bad.example/path?q=1 now", ["https://bad.example/path?q=1"]],
    ["see www.bad.com", ["www.bad.com"]],
    ["bad.com, worse.org", ["bad.com", "worse.org"]],
    ["ftp://files.example and //cdn.example/x", ["ftp://files.example", "//cdn.example/x"]],
    ["http://192.0.2.1:8080/", ["http://192.0.2.1:8080/"]],
    ["пример.рф", ["пример.рф"]],
    ["ｂａｄ．ｃｏｍ and bad。com", ["ｂａｄ．ｃｏｍ", "bad。com"]],
    ["b\u200bad.c\u00adom", ["b\u200bad.c\u00adom"]],
    ["https://example.com@bad.example/", ["https://example.com@bad.example/"]],
    ["https://example.com.bad.example/", ["https://example.com.bad.example/"]],
    ["https://badexample.com/", ["https://badexample.com/"]],
  ])("are found in %j", async (text, spans) => {
    expect(await found({ links: { allow: ["example.com"] } }, text)).toEqual(spans);
  });

  test.each([
    "no link at all. Really.",
    "example.com, https://EXAMPLE.com/x, shop.example.com:8080/a",
    "a@bad.com writes",
    "1.5 and 3.14",
    "wait...what",
    "",
  ])("are not found in %j", async (text) => {
    expect(await found({ links: { allow: ["example.com"] } }, text)).toBeUndefined();
  });
});

describe("personal data", () => {
  test.each([
    ["email", "write to ann.lee+x@mail.example.com!", ["ann.lee+x@mail.example.com"]],
    ["email", "ann＠example.com", ["ann＠example.com"]],
    ["email", "see example.com or @ann", undefined],
    ["phone", "call +49 30 901820 now", ["+49 30 901820"]],
    ["phone", "call +1 (415) 555-2671", ["+1 (415) 555-2671"]],
    ["phone", "call 030 901820", undefined],
    ["phone:DE", "call 030 901820", ["030 901820"]],
    ["phone", "in 2026 there were 1,000,000 of 12,345,678", undefined],
    ["phone", `${"1 ".repeat(400)}end`, ["1 ".repeat(400).trim()]],
    ["card", "my card 4111 1111 1111 1111 ok", ["4111 1111 1111 1111"]],
    ["card", "5500-0000-0000-0004", ["5500-0000-0000-0004"]],
    ["card", "４１１１１１１１１１１１１１１１", ["４１１１１１１１１１１１１１１１"]],
    ["card", "378282246310005", ["378282246310005"]],
    ["card", "4111 1111 1111 1112", undefined],
    ["card", "12 4111 1111 1111 1111 99", ["4111 1111 1111 1111"]],
    ["card", "41111111111111111111111111111", undefined],
    ["card", "0000 0000 0000 0000", undefined],
  ] as const)("%s in %j", async (kind, text, spans) => {
    expect(await found({ personal: [kind] }, text)).toEqual(spans);
  });
});

describe("capitals", () => {
  const when = { capitals: { share: 0.7, letters: 5 } };

  test.each([
    ["SHOUTING", true],
    ["КРИЧАТЬ", true],
    ["SHOUTing!!! 123", false],
    ["SHOUTIng", true],
    ["HEY", false],
    ["这是一个很长的句子没有大小写", false],
    ["", false],
  ])("in %j: %s", async (text, expected) => {
    expect(await holds(when, text)).toBe(expected);
  });
});

describe("flood", () => {
  const said = (at: number, text = `message number ${at}`): Said => ({
    id: String(at),
    room: "lobby",
    at,
    sketch: sketchOf(text),
    blocked: false,
  });
  const when = { flood: { messages: 3, seconds: 5, alike: 2 } };

  test("is one message more than the rule lets through in its time", async () => {
    const recent = [said(96_000), said(97_000), said(98_000)];
    expect(await holds(when, "hello", { recent })).toBe(true);
    expect(await holds(when, "hello", { recent: recent.slice(1) })).toBe(false);
    expect(await holds(when, "hello", { recent: [said(95_000), ...recent.slice(1)] })).toBe(false);
    expect(await holds(when, "hello", { recent, isModerator: true })).toBe(false);
  });

  test("is one message more that is alike", async () => {
    const recent = [said(98_000, "buy my wonderful turnips today!"), said(99_000, "Buy my wonderful turnips, today 2")];
    expect(await holds(when, "BUY my wonderful... turnips today", { recent })).toBe(true);
    expect(await holds(when, "I would rather have some fruit instead", { recent })).toBe(false);
    expect(await holds({ flood: { messages: 3, seconds: 5 } }, "buy my wonderful turnips today", { recent })).toBe(
      false,
    );
  });
});

describe("service", () => {
  const service = { name: "openai", above: { hate: 0.8, violence: 0.5 }, deadlineMs: 800, onFailure: "hold" } as const;
  const condition = (onFailure: "hold" | "publish" | "block" = "hold") =>
    prepare({ service: { ...service, onFailure } }).condition;
  const scored = (scores: Record<string, number>) => subject("text", { scores: () => scores });

  test("holds for a score above the rule's", () => {
    expect(condition()(scored({ hate: 0.81, violence: 0.2 }))).toEqual({ spans: [], why: "hate 0.81" });
    expect(condition()(scored({ hate: 0.8, other: 1 }))).toBeUndefined();
  });

  test("that did not answer does what the rule says", () => {
    expect(condition()(subject("text"))).toMatchObject({ action: "hold" });
    expect(condition("block")(subject("text"))).toMatchObject({ action: "block" });
    expect(condition("publish")(subject("text"))).toBeUndefined();
  });
});

describe("a rule", () => {
  test("with several conditions applies when all of them hold", async () => {
    const when = { capitals: { share: 0.7, letters: 5 }, links: {} };
    expect(await found(when, "BUY AT BAD.COM NOW")).toEqual(["BAD.COM"]);
    expect(await found(when, "BUY NOW HERE")).toBeUndefined();
    expect(await found(when, "buy at bad.com")).toBeUndefined();
  });

  test("that is asked before its parts are loaded throws, so that nothing is published", () => {
    expect(() => prepare({ links: {} }).condition(subject("text"))).toThrow("not loaded");
  });
});

describe("the recent messages", () => {
  const said = (id: string, at: number): Said => ({ id, room: "lobby", at, sketch: new Set(), blocked: false });

  test("holds the last messages of each person, a repeated delivery once", () => {
    const recentMessages = createRecentMessages();
    for (let n = 0; n < 200; n += 1) recentMessages.add("p", said(String(n), n));
    recentMessages.add("p", said("199", 199));
    expect(recentMessages.of("p", "199").map(({ at }) => at)).toEqual(Array.from({ length: 59 }, (_, n) => 140 + n));
    expect(recentMessages.of("q", "1")).toEqual([]);
  });

  test("forgets first who was silent longest", () => {
    const recentMessages = createRecentMessages(2);
    for (const person of ["a", "b", "a", "c"]) recentMessages.add(person, said(person, 1));
    expect(["a", "b", "c"].map((person) => recentMessages.of(person, "").length)).toEqual([1, 0, 1]);
  });
});
