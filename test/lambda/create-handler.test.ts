/** The function as a whole, from an event to its answer, on a clock that is moved by hand. */
import { expect, test } from "vitest";
import { createHandler, type HandlerDeps } from "../../lambda/create-handler.ts";
import { limits } from "../../lambda/limits.ts";
import type { LogEntry } from "../../lambda/log.ts";
import { createModerator } from "../../lambda/moderation/index.ts";
import { createFakeClock } from "../helpers/fake-clock.ts";
import { FakeAbly } from "./helpers/fake-ably.ts";
import { MemoryQuarantine } from "./helpers/memory-quarantine.ts";
import { moderationBy } from "./helpers/moderation.ts";
import { CONFIG, contextWith, eventOf, signed, withSecret } from "./helpers/requests.ts";

const START = 1_700_000_000_000;

function start(deps: Partial<HandlerDeps> = {}) {
  const time = createFakeClock(START);
  const ably = new FakeAbly(time.now);
  const logged: LogEntry[] = [];
  const quarantine = new MemoryQuarantine();
  const handler = createHandler(CONFIG, {
    now: time.now,
    sleep: time.sleep,
    random: () => 0.5,
    log: (entry) => logged.push(entry),
    publisher: ably,
    quarantine,
    ...deps,
  });
  const call = (event: Parameters<typeof handler>[0], remainingMs = 12_000) =>
    time.run(handler(event, contextWith(remainingMs)));
  return { call, time, ably, logged, kept: quarantine.entries, quarantine };
}

const message = (id: string, data: unknown, more: object = {}) => ({
  id,
  clientId: "Ada.x1y2z3",
  timestamp: START - 50,
  name: "message",
  data,
  ...more,
});

const batch = (...groups: { channelId?: string; messages: unknown[] }[]) =>
  JSON.stringify({
    items: groups.map(({ channelId = "chat:from-clients", messages }, index) => ({
      webhookId: "wh1",
      source: "channel.message",
      serial: `a1b2c3:${index}`,
      timestamp: START - 40,
      name: "channel.message",
      data: { channelId, site: "eu-west-1-A", messages },
    })),
  });

test("republishes what a batch holds, starred, by the verified author, in order", async () => {
  const { call, ably } = start();
  const body = batch(
    { messages: [message("m1", "I like Potato"), message("m2", "hello")] },
    { messages: [message("m3", '{"text":"cabbage soup"}', { encoding: "json" })] },
  );
  expect(await call(signed(body))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["I like ******", "hello", "******* soup"]);
  expect(ably.delivered[0]?.message).toEqual({
    id: "uwK7BV6bTIVOONf9W8FN-KYgQG3yTq9Z_Y2iCywtf64:0",
    name: "message",
    clientId: "Ada.x1y2z3",
    data: "I like ******",
    extras: { headers: { "source-id": "m1", "source-timestamp": "1699999999950", starred: "1" } },
  });
});

test("takes another try of a message for the same message", async () => {
  const { call, ably } = start();
  const messages = [message("m1", "hello"), message("m1~1", "hello"), message("m1~12", "hello"), message("~1", "odd")];
  expect(await call(signed(batch({ messages })))).toMatchObject({ statusCode: 200 });
  expect(ably.delivered.map(({ message }) => "extras" in message && message.extras.headers["source-id"])).toEqual([
    "m1",
    "~1",
  ]);
});

test("lets nothing through but the text and the verified author", async () => {
  const { call, ably } = start();
  const hostile = message("m1", '{"text":"hi","author":"Eve","html":"<b>potato</b>"}', {
    encoding: "json",
    name: "potato",
    connectionId: "conn",
    extras: { headers: { note: "potato" }, push: { notification: { title: "potato" } } },
  });
  await call(signed(batch({ messages: [hostile] })));
  expect(JSON.stringify(ably.delivered)).not.toContain("potato");
  expect(ably.delivered[0]?.message).toMatchObject({ name: "message", clientId: "Ada.x1y2z3", data: "hi" });
});

test("maps each room to its own outbound channel and ignores channels that are not inbound", async () => {
  const { call, ably, logged } = start();
  const body = batch(
    { channelId: "chat:from-clients:garden", messages: [message("m1", "one")] },
    { channelId: "chat:to-clients", messages: [message("m2", "two")] },
    { channelId: "xchat:from-clients", messages: [message("m3", "three")] },
  );
  expect(await call(signed(body))).toMatchObject({ statusCode: 200, body: '{"published":1,"ignored":2}' });
  expect(ably.delivered.map(({ channel }) => channel)).toEqual(["chat:to-clients:garden"]);
  expect(logged).toMatchObject([{}, { reason: "not an inbound channel" }, {}, { counts: { ignored: 2 } }]);
});

test("publishes a repeated batch once", async () => {
  const { call, ably } = start();
  const body = batch({ messages: [message("m1", "one")] });
  await call(signed(body));
  expect(await call(signed(body))).toMatchObject({ statusCode: 200, body: '{"duplicate":1}' });
  expect(ably.texts()).toEqual(["one"]);
});

test("tells two senders with the same message id apart", async () => {
  const { call, ably } = start();
  await call(signed(batch({ messages: [message("m1", "one"), message("m1", "two", { clientId: "Bob.aaaaaa" })] })));
  expect(ably.texts()).toEqual(["one", "two"]);
});

test("reads a single enveloped request with the secret header", async () => {
  const { call, ably } = start();
  const body = JSON.stringify({
    source: "channel.message",
    appId: "aBc123",
    channel: "chat:from-clients",
    site: "eu-west-1-A",
    ruleId: "1-a2Bc",
    messages: [message("m1", "potatoes"), message("m2", "fine")],
  });
  expect(await call(withSecret(body))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["********", "fine"]);
});

test("stays closed, with an empty body, to a request without credentials", async () => {
  const { call, ably } = start();
  expect(await call(eventOf(batch({ messages: [message("m1", "one")] })))).toEqual({ statusCode: 401, body: "" });
  expect(ably.delivered).toEqual([]);
});

test("answers 405 to anything but a POST", async () => {
  const { call } = start();
  const event = signed("{}");
  event.requestContext.http.method = "GET";
  expect(await call(event)).toMatchObject({ statusCode: 405, headers: { allow: "POST" } });
});

test("tells the sender why a message was refused, and lets its neighbours pass", async () => {
  const { call, ably, kept } = start();
  const body = batch({ messages: [message("m1", "x".repeat(2_001)), message("m2", "fine"), message("m3", "  ")] });
  expect(await call(signed(body))).toMatchObject({
    statusCode: 200,
    body: '{"published":1,"refused":2}',
  });
  expect(ably.texts()).toEqual(["fine"]);
  expect(ably.notices("Ada.x1y2z3")).toEqual([
    {
      "source-id": "m1",
      outcome: "refused",
      code: "too-long",
      reason: "too-long",
      message: "The message is too long.",
    },
    {
      "source-id": "m3",
      outcome: "refused",
      code: "empty",
      reason: "empty",
      message: "The message was empty.",
    },
  ]);
  expect(kept).toEqual([]);
});

test.each([
  ["an author without a name", { clientId: undefined }, "anonymous"],
  ["a name that is a banned word", { clientId: "Potato.x1y2z3" }, "bad-author"],
  ["a name that is shown as another one", { clientId: "\u202enimdA.x1y2z3" }, "bad-author"],
  ["an id that is a banned word", { id: "potato" }, "bad-id"],
  ["a cipher", { encoding: "utf-8/cipher+aes-256-cbc/base64" }, "undecodable"],
  ["an encoding that nobody knows", { encoding: "rot13" }, "undecodable"],
  ["data that is not the JSON it claims to be", { data: "{potato", encoding: "json" }, "undecodable"],
  ["a number", { data: "7", encoding: "json" }, "not-text"],
  ["bytes", { data: "cG90YXRv", encoding: "base64" }, "not-text"],
  ["nothing", { data: null }, "not-text"],
])("refuses %s and publishes none of it", async (_what, more, reason) => {
  const { call, ably, logged } = start();
  expect(await call(signed(batch({ messages: [message("m1", "hi", more)] })))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual([]);
  expect(logged[0]).toMatchObject({ decision: "refused", reason });
  expect(JSON.stringify(logged).toLowerCase()).not.toContain("potato");
});

test.each(["\u3164", "\u200b\u200b", "\ufeff \u2060", "\u2800", "\u202e\u202c", "\u{e0041}", "\u0007"])(
  "refuses a message of nothing that can be seen: %j",
  async (text) => {
    const { call, ably } = start();
    await call(signed(batch({ messages: [message("m1", text)] })));
    expect(ably.texts()).toEqual([]);
    expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ code: "empty" }]);
  },
);

test("publishes no text that is shown as another one", async () => {
  const { call, ably } = start();
  const messages = [message("m1", "\u202eotatop"), message("m2", "po\u2066tato"), message("m3", "שלום! \u200f3")];
  await call(signed(batch({ messages })));
  expect(ably.texts()).toEqual(["otatop", "******", "שלום! \u200f3"]);
});

test("refuses what is said in a room whose name is a banned word", async () => {
  const { call, ably } = start();
  const channels = ["chat:from-clients:potato", "chat:from-clients:p0tato-club", "chat:from-clients:garden"];
  await call(signed(batch(...channels.map((channelId, n) => ({ channelId, messages: [message(`m${n}`, "hi")] })))));
  expect(ably.delivered.filter(({ message: { name } }) => name === "message")).toMatchObject([
    { channel: "chat:to-clients:garden" },
  ]);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ code: "bad-room" }, { code: "bad-room" }]);
});

test("takes an id that Ably made from the connection for no word of the sender's", async () => {
  const { call, ably } = start();
  const made = message("potato:3:0", "made by Ably", { connectionId: "potato" });
  const typed = message("potato:3:1", "typed", { connectionId: "other" });
  expect(await call(signed(batch({ messages: [made, typed] })))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["made by Ably"]);
});

test.each([1, 2, 4, 5, "message.update", "message.delete", "message.append"])(
  "ignores a message with action %s",
  async (action) => {
    const { call, ably } = start();
    const body = batch({ messages: [message("m1", "hi", { action }), message("m2", "new", { action: 0 })] });
    expect(await call(signed(body))).toMatchObject({ statusCode: 200, body: '{"published":1,"ignored":1}' });
    expect(ably.texts()).toEqual(["new"]);
  },
);

test("publishes nothing when the moderator throws, and keeps the message", async () => {
  const moderator = {
    moderate(text: string) {
      if (text === "trap") throw new Error("text: trap");
      return { text, matches: [] };
    },
  };
  const { call, ably, kept, logged } = start({ moderation: moderationBy(moderator) });
  expect(await call(signed(batch({ messages: [message("m1", "trap"), message("m2", "ok")] })))).toMatchObject({
    statusCode: 200,
  });
  expect(ably.texts()).toEqual(["ok"]);
  expect(kept).toMatchObject([{ reason: "moderator-failed" }]);
  expect(JSON.stringify(logged)).not.toContain("trap");
});

test("retries inside the invocation", async () => {
  const { call, ably, logged } = start();
  ably.failures.push({ ok: false, kind: "transient", code: 50_000 }, "lost");
  expect(await call(signed(batch({ messages: [message("m1", "one")] })))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["one"]);
  expect(logged[0]).toMatchObject({ decision: "published", attempts: 3 });
});

test("waits as long as Ably asks", async () => {
  const { call, ably, time } = start();
  ably.failures.push({ ok: false, kind: "transient", retryAfterMs: 3_000 });
  await call(signed(batch({ messages: [message("m1", "one")] })));
  expect(time.now()).toBe(START + 3_000);
});

const down = Array.from({ length: 1_000 }, () => ({ ok: false, kind: "transient" }) as const);

test("asks for the batch again when Ably stays away and nothing was published", async () => {
  const { call, ably, kept, time } = start();
  ably.failures.push(...down);
  expect(await call(signed(batch({ messages: [message("m1", "one"), message("m2", "two")] })))).toEqual({
    statusCode: 503,
    headers: { "content-type": "application/json" },
    body: '{"deferred":2,"retried":20}',
  });
  expect(kept).toEqual([]);
  expect(time.now() - START).toBeLessThanOrEqual(9_000);
});

test("keeps the rest and answers 200 when Ably goes away in the middle", async () => {
  const { call, ably, kept } = start();
  const messages = [message("m1", "one"), message("m2", "two"), message("m3", "three")];
  const publish = ably.publish.bind(ably);
  ably.publish = async (channel, sent) =>
    ably.publishes > 0 && channel === "chat:to-clients" ? { ok: false, kind: "transient" } : publish(channel, sent);
  expect(await call(signed(batch({ messages })))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["one"]);
  expect(kept.map(({ what }) => what.kind === "message" && what.sourceId)).toEqual(["m2", "m3"]);
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([
    { "source-id": "m2", outcome: "failed", reason: "not-delivered" },
    { "source-id": "m3", outcome: "failed", reason: "not-delivered" },
  ]);
});

test("asks for a partly published batch again only when the quarantine fails too", async () => {
  const { call, ably, quarantine } = start();
  quarantine.answer = "failed";
  const publish = ably.publish.bind(ably);
  ably.publish = async (channel, sent) =>
    ably.publishes > 0 ? { ok: false, kind: "transient" } : publish(channel, sent);
  expect(await call(signed(batch({ messages: [message("m1", "one"), message("m2", "two")] })))).toMatchObject({
    statusCode: 503,
  });
});

test("asks again at once, and tells the operator, when the key may not publish", async () => {
  const { call, ably, logged } = start();
  ably.failures.push({ ok: false, kind: "denied", code: 40_160 });
  expect(await call(signed(batch({ messages: [message("m1", "one")] })))).toMatchObject({ statusCode: 503 });
  expect(ably.publishes).toBe(1);
  expect(logged.at(-1)).toMatchObject({ status: 503, counts: { denied: 1 } });
});

test("keeps what Ably will never take, and goes on", async () => {
  const { call, ably, kept } = start();
  ably.failures.push({ ok: false, kind: "rejected", code: 40_009 });
  expect(await call(signed(batch({ messages: [message("m1", "one"), message("m2", "two")] })))).toMatchObject({
    statusCode: 200,
  });
  expect(ably.texts()).toEqual(["two"]);
  expect(kept).toMatchObject([{ reason: "publish-rejected", code: 40_009 }]);
});

test("does not take chance in a random id for a word", async () => {
  const { call, ably } = start({ moderation: moderationBy(createModerator({ words: ["face"] })) });
  const id = "00000000-face-4000-8000-000000000000";
  await call(signed(batch({ messages: [message(id, "hi"), message("a-face", "ho")] })));
  expect(ably.texts()).toEqual(["hi"]);
});

test("takes a caller's empty context for a whole time-out", async () => {
  const ably = new FakeAbly(() => START);
  const handler = createHandler(CONFIG, { now: () => START, publisher: ably, log: () => undefined });
  const context = JSON.parse("{}");
  expect(await handler(signed(batch({ messages: [message("m1", "hi")] })), context)).toMatchObject({ statusCode: 200 });
});

test("answers 503 when there is no time", async () => {
  const { call, ably } = start();
  expect(await call(signed(batch({ messages: [message("m1", "one")] })), 1_500)).toMatchObject({ statusCode: 503 });
  expect(ably.publishes).toBe(0);
});

test("answers 503 in time when something hangs", async () => {
  const { call, ably, time } = start();
  ably.publish = () => new Promise(() => undefined);
  expect(await call(signed(batch({ messages: [message("m1", "one")] })))).toMatchObject({ statusCode: 503 });
  expect(time.now() - START).toBe(10_500);
});

test.each(["not json", '{"hello":1}', "[]", "null", "7", '{"items":7}', '{"messages":[]}'])(
  "keeps a signed body that is no event: %s",
  async (body) => {
    const { call, kept } = start();
    expect(await call(signed(body))).toMatchObject({ statusCode: 200 });
    expect(kept).toMatchObject([{ reason: "unreadable", what: { raw: Buffer.from(body).toString("base64") } }]);
  },
);

test("keeps what is no event once, after another try where the quarantine fails", async () => {
  const { call, kept, quarantine } = start();
  const keep = quarantine.keep.bind(quarantine);
  quarantine.keep = async (entries) => {
    quarantine.keep = keep;
    return entries.length > 1 ? "full" : "failed";
  };
  expect(await call(signed("not json"))).toMatchObject({ statusCode: 200 });
  expect(await call(signed("not json"))).toMatchObject({ statusCode: 200 });
  expect(kept).toHaveLength(1);
  quarantine.answer = "failed";
  expect(await call(withSecret("neither is this"))).toMatchObject({ statusCode: 503 });
});

test.each([
  ["long ago", -limits.signedMs - 1, "signed too long ago"],
  ["in the future", limits.clockSkewMs + 1, "signed in the future"],
])("publishes nothing that was signed %s", async (_when, offset, reason) => {
  const { call, ably, kept, logged } = start();
  const captured = message("m1", "hello again", { timestamp: START + offset });
  expect(await call(signed(batch({ messages: [captured, message("m2", "now")] })))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["now"]);
  expect([kept, ably.notices("Ada.x1y2z3")]).toEqual([[], []]);
  expect(logged[0]).toMatchObject({ decision: "ignored", reason });
});

test("takes the time of its item for that of a message without one", async () => {
  const { call, ably } = start();
  const item = { source: "channel.message", timestamp: START - limits.signedMs - 1 };
  const data = { channelId: "chat:from-clients", messages: [message("m1", "old", { timestamp: undefined })] };
  await call(signed(JSON.stringify({ items: [{ ...item, data }] })));
  expect(ably.texts()).toEqual([]);
});

test("believes no header that came with a signature: a captured batch says what it said", async () => {
  const { call, ably } = start();
  const captured = signed(batch({ messages: [message("m1", "by Ada")] }));
  captured.headers = {
    ...captured.headers,
    "x-ably-envelope-channel": "chat:from-clients:garden",
    "x-ably-client-id": "Mallory.mmmmmm",
    "x-ably-message-id": "m9",
    "content-type": "text/plain",
  };
  await call(captured);
  expect(ably.delivered).toMatchObject([
    { channel: "chat:to-clients", message: { clientId: "Ada.x1y2z3", data: "by Ada" } },
  ]);
});

test("is not held up by refusals when the quarantine does not answer", async () => {
  const { call, ably, time, quarantine } = start();
  quarantine.answer = "failed";
  const body = batch({ messages: [message("m1", 7), message("m2", "x".repeat(2_001)), message("m3", "fine")] });
  expect(await call(signed(body))).toMatchObject({ statusCode: 200 });
  expect(ably.texts()).toEqual(["fine"]);
  expect(time.now()).toBe(START);
});

test("tells and keeps a message that cannot be read but names its sender", async () => {
  const { call, ably, kept } = start();
  const damaged = message("m1~1", "hi", { timestamp: "soon" });
  const nameless = { id: "m2", timestamp: "soon" };
  expect(await call(signed(batch({ messages: [damaged, nameless] })))).toMatchObject({ statusCode: 200 });
  expect(ably.notices("Ada.x1y2z3")).toMatchObject([{ "source-id": "m1", outcome: "failed", code: "unreadable" }]);
  expect(kept).toMatchObject([{ reason: "unreadable" }, { reason: "unreadable" }]);
});

test("keeps no more of one person than a share of the quarantine, and tells about all of it", async () => {
  const { call, ably, kept, logged } = start();
  const damaged = (n: number) => message(`m${n}`, "hi", { timestamp: "soon" });
  const messages = Array.from({ length: limits.quarantineShare + 5 }, (_, n) => damaged(n));
  const byBob = { ...damaged(0), clientId: "Bob.aaaaaa" };
  expect(await call(signed(batch({ messages: [...messages, byBob] })))).toMatchObject({ statusCode: 200 });
  expect(kept).toHaveLength(limits.quarantineShare + 1);
  expect(logged.at(-1)).toMatchObject({ counts: { quarantined: limits.quarantineShare + 1, forgone: 5 } });
  const [notice] = ably.notices("Ada.x1y2z3");
  expect([Object(notice)["source-id"], ...Object(notice).also]).toHaveLength(messages.length);
});

test("refuses to be made without a word list", () => {
  expect(() => createHandler({ ...CONFIG, bannedWords: "" }, {})).not.toThrow();
  expect(() => createHandler({ ...CONFIG, bannedWords: "***" }, {})).toThrow();
});
