/** Rules as an operator writes them: which are refused and why. */
import { describe, expect, test } from "vitest";
import type { ChannelEvent, RuleSpec } from "../../../../server/broker/integrations/index.ts";
import { PRESENCE_ACTION } from "../../../../server/broker/wire/actions.ts";
import { batchRule, createHarness, dataOf, type Harness, message, singleRule } from "./harness.ts";

const withFilter = (channelFilter: string): RuleSpec => ({
  ...singleRule,
  source: { type: "channel.message", channelFilter },
});

const on = (channel: string): ChannelEvent => ({ source: "channel.message", channel, messages: [{ data: "x" }] });

describe("the channel filter of a rule", () => {
  test.each([
    ["news", "old-news:x", 1],
    ["^news$", "old-news:x", 0],
    ["^news$", "news", 1],
    ["", "anything", 1],
    ["^chat:from-clients(:[a-z0-9-]+)?$", "chat:from-clients:garden", 1],
    ["^chat:from-clients(:[a-z0-9-]+)?$", "chat:to-clients", 0],
    ["", "[meta]log", 0],
    ["", "c".repeat(2_049), 0],
  ])("%j on %s fires %i time(s)", (filter, channel, count) => {
    const { integrations, requests } = createHarness([withFilter(filter)]);
    integrations.channelEvent(on(channel));
    expect(requests).toHaveLength(count);
  });

  test("gives the same answer after it has forgotten a channel", () => {
    const { integrations, requests } = createHarness([withFilter("^a")], { limits: { rememberedChannels: 2 } });
    for (const channel of ["a", "b", "c", "a", "b", "c"]) integrations.channelEvent(on(channel));
    expect(requests).toHaveLength(2);
  });

  test("is asked only by events of the rule's own source", () => {
    const { integrations, requests } = createHarness([withFilter("")]);
    integrations.channelEvent({
      source: "channel.presence",
      channel: "a",
      presence: [{ action: PRESENCE_ACTION.enter }],
    });
    integrations.channelEvent({ source: "channel.occupancy", channel: "a", metrics: {} });
    expect(requests).toEqual([]);
    expect(integrations.watches("channel.message", "a")).toBe(true);
    expect(integrations.watches("channel.occupancy", "a")).toBe(false);
  });
});

describe("messages that skip rules", () => {
  test.each([
    [{ ephemeral: true }, []],
    [{ ephemeral: false }, ["one", "two"]],
    [{ privileged: { skipRule: "*" } }, []],
    [{ privileged: { skipRule: ["one"] } }, ["two"]],
    [{ privileged: { skipRule: ["other"] } }, ["one", "two"]],
    [{ privileged: { skipRules: "*" } }, ["one", "two"]],
    [{ privileged: null }, ["one", "two"]],
    [null, ["one", "two"]],
  ])("with extras %j reach rules %j", (extras, reached) => {
    const { integrations, requests } = createHarness([
      { ...singleRule, id: "one" },
      { ...singleRule, id: "two" },
    ]);
    integrations.channelEvent(message("x", { extras }));
    expect(requests.map(({ body }) => JSON.parse(body.toString()).ruleId)).toEqual(reached);
  });

  test("do not hold back the other messages of their publish", () => {
    const { integrations, request } = createHarness([batchRule]);
    integrations.channelEvent({
      source: "channel.message",
      channel: "chat:from-clients",
      messages: [{ data: "kept" }, { data: "skipped", extras: { privileged: { skipRule: "*" } } }],
    });
    expect(dataOf(request(0))).toEqual(["kept"]);
  });
});

describe("a rule that cannot be used", () => {
  test.each<[string, RuleSpec[], string]>([
    [
      "an invalid expression",
      [withFilter("(")],
      "rule moderate: source.channelFilter is not a regular expression (Invalid regular expression: /(/: Unterminated group)",
    ],
    [
      "a URL of another protocol",
      [{ ...batchRule, target: { ...batchRule.target, url: "ftp://x.test/" } }],
      "rule moderate: target.url is not an http or https URL",
    ],
    [
      "an unknown signing key",
      [{ ...batchRule, target: { ...batchRule.target, signingKeyId: "nobody" } }],
      "rule moderate: target.signingKeyId names no key of this app",
    ],
    ["an id used twice", [batchRule, batchRule], "rule moderate: id is used twice"],
    [
      "a header with a line end",
      [{ ...batchRule, target: { ...batchRule.target, headers: [{ name: "X-A", value: "a\nb" }] } }],
      "rule moderate: target.headers.0.value holds a character that a header cannot carry",
    ],
    [
      "a header of the broker's own",
      [{ ...batchRule, target: { ...batchRule.target, headers: [{ name: "X-Ably-Signature", value: "a" }] } }],
      "rule moderate: target.headers.0.name is set by the broker",
    ],
  ])("is named: %s", (_, rules, problem) => {
    expect(() => createHarness(rules)).toThrow(`unable to use the integration rules; ${problem}`);
  });

  test("is named together with the others", () => {
    expect(() => createHarness([withFilter("("), { ...batchRule, id: "" }])).toThrow(/\(\/.*; rule : id must be/);
  });
});

describe("the room of a batch rule", () => {
  const hasRoom = (more: { events: number; bytes: number }, limits = {}) =>
    createHarness([batchRule], { limits }).integrations.hasRoom("channel.message", "chat:from-clients", more);

  test("is for what messages are, and not for the largest that they could be", () => {
    expect(hasRoom({ events: 2_000, bytes: 2_000 * 500 })).toBe(true);
  });

  test("ends with the events and with the bytes that may wait", () => {
    expect(hasRoom({ events: 3, bytes: 3 }, { queuedEvents: 2 })).toBe(false);
    expect(hasRoom({ events: 1, bytes: 20_000 }, { queuedBytes: 100_000 })).toBe(false);
    expect(hasRoom({ events: 1, bytes: 10_000 }, { queuedBytes: 100_000 })).toBe(true);
  });
});

test("single requests leave some of the rate to the batches, which bring what is dropped", async () => {
  const rules = [
    { ...singleRule, id: "speed" },
    { ...batchRule, batchIntervalMs: 0 },
  ];
  const { integrations, requests } = createHarness(rules, { limits: { requestsPerSecond: 10 } });
  for (let n = 0; n < 15; n += 1) integrations.channelEvent(message(String(n)));
  const batches = () => requests.filter(({ body }) => body.toString().startsWith('{"items"'));
  await batches()[0]?.answer(200);
  expect(batches().map((batch) => dataOf(batch).length)).toEqual([1, 14]);
});

describe("the room of two rules", () => {
  const speed = { ...singleRule, id: "speed" };
  const full = { singleInFlight: 1, singleQueued: 0 };
  const inbound = (harness: Harness) =>
    harness.integrations.hasRoom("channel.message", "chat:from-clients", { events: 1, bytes: 100 });

  test("is that of the batch rule, where both post to one address", () => {
    const harness = createHarness([speed, batchRule], { limits: full });
    harness.integrations.channelEvent(message("a"));
    expect(inbound(harness)).toBe(true);
  });

  test("is that of the fuller one, where they post to two", () => {
    const elsewhere = { ...batchRule, target: { ...batchRule.target, url: "http://127.0.0.1:3000/audit" } };
    const harness = createHarness([speed, elsewhere], { limits: full });
    harness.integrations.channelEvent(message("a"));
    expect(inbound(harness)).toBe(false);
  });
});
