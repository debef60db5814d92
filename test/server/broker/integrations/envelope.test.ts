/** The requests of a rule, byte for byte. */
import { createHmac } from "node:crypto";
import { unpack } from "msgpackr";
import { describe, expect, test } from "vitest";
import type { ChannelEvent, RuleSpec } from "../../../../server/broker/integrations/index.ts";
import { MESSAGE_ACTION, PRESENCE_ACTION } from "../../../../server/broker/wire/actions.ts";
import { batchRule, createHarness, message, type SeenRequest, singleRule } from "./harness.ts";

const published: ChannelEvent = {
  source: "channel.message",
  channel: "chat:lobby",
  messages: [
    {
      id: "Xy12:3:0",
      connectionId: "Xy12",
      clientId: "bob",
      timestamp: 1_700_000_000_120,
      name: "msg",
      data: '{"text":"hello"}',
      encoding: "json",
      extras: { headers: { lang: "en" } },
      action: MESSAGE_ACTION.create,
      serial: "01700000000120-000@a1b2c3:000",
      version: { serial: "01700000000120-000@a1b2c3:000", timestamp: 1_700_000_000_120 },
    },
  ],
};
const entered: ChannelEvent = {
  source: "channel.presence",
  channel: "chat:lobby",
  presence: [
    {
      id: "Xy12:4:0",
      clientId: "bob",
      connectionId: "Xy12",
      timestamp: 1_700_000_000_120,
      action: PRESENCE_ACTION.enter,
    },
  ],
};
const metrics = { connections: 1, publishers: 1, subscribers: 0 };
const opened: ChannelEvent = {
  source: "channel.lifecycle",
  channel: "chat:lobby",
  opened: true,
  status: { isActive: true, occupancy: { metrics } },
};
const occupied: ChannelEvent = { source: "channel.occupancy", channel: "chat:lobby", metrics };

function fire(event: ChannelEvent, rule: RuleSpec, target: Partial<RuleSpec["target"]> = {}): SeenRequest[] {
  const { integrations, requests } = createHarness([
    { ...rule, source: { type: event.source, channelFilter: "" }, target: { ...rule.target, ...target } },
  ]);
  integrations.channelEvent(event);
  return requests;
}

const bodyOf = ([request]: SeenRequest[]): unknown => JSON.parse(request?.body.toString() ?? "null");

describe("a batched body", () => {
  test("holds a message event as Ably's does", () => {
    expect(bodyOf(fire(published, batchRule))).toEqual({
      items: [
        {
          webhookId: "moderate",
          source: "channel.message",
          serial: expect.stringMatching(/^[a-z0-9]{8}:0$/),
          timestamp: 1_700_000_000_000,
          name: "channel.message",
          data: { channelId: "chat:lobby", site: "local", messages: published.messages },
        },
      ],
    });
  });

  test("holds a presence event under presence.message", () => {
    expect(bodyOf(fire(entered, batchRule))).toMatchObject({
      items: [
        {
          source: "channel.presence",
          name: "presence.message",
          data: { channelId: "chat:lobby", site: "local", presence: entered.presence },
        },
      ],
    });
  });

  test.each([
    [true, "channel.opened"],
    [false, "channel.closed"],
  ])("names a lifecycle event with opened %s %s", (isOpen, name) => {
    expect(bodyOf(fire({ ...opened, opened: isOpen }, batchRule))).toMatchObject({
      items: [
        {
          source: "channel.lifecycle",
          name,
          data: { channelId: "chat:lobby", name: "chat:lobby", status: { isActive: true, occupancy: { metrics } } },
        },
      ],
    });
  });

  test("holds the metrics of an occupancy event", () => {
    expect(bodyOf(fire(occupied, batchRule))).toMatchObject({
      items: [{ source: "channel.occupancy", data: { channelId: "chat:lobby", status: { occupancy: { metrics } } } }],
    });
  });

  test("shows bytes as base64 text in JSON", () => {
    const event = message("x", { data: Buffer.from([1, 2, 255]), encoding: "utf-8/cipher+aes-256-cbc" });
    expect(bodyOf(fire(event, batchRule))).toMatchObject({
      items: [{ data: { messages: [{ data: "AQL/", encoding: "utf-8/cipher+aes-256-cbc/base64" }] } }],
    });
    expect(bodyOf(fire(message("x", { data: Buffer.from("hi") }), batchRule))).toMatchObject({
      items: [{ data: { messages: [{ data: "aGk=", encoding: "base64" }] } }],
    });
  });

  test("keeps bytes as bytes in msgpack and decodes as one value", () => {
    const [request] = fire(message("x", { data: Buffer.from([1, 2, 255]) }), batchRule, { format: "msgpack" });
    expect(request?.headers["content-type"]).toBe("application/x-msgpack");
    expect(unpack(request?.body ?? Buffer.alloc(0))).toMatchObject({
      items: [{ webhookId: "moderate", data: { messages: [{ id: "x:0", data: Buffer.from([1, 2, 255]) }] } }],
    });
  });

  test("shows an object that was published without an encoding as it is", () => {
    const event = message("x", { data: { text: "hi" } });
    expect(bodyOf(fire(event, batchRule))).toMatchObject({
      items: [{ data: { messages: [{ data: { text: "hi" } }] } }],
    });
  });

  test("leaves out whatever is not part of a message", () => {
    const event = message("x", { ...{ size: 12 }, clientId: undefined });
    expect(bodyOf(fire(event, batchRule))).toMatchObject({
      items: [{ data: { messages: [{ id: "x:0", data: "x" }] } }],
    });
    expect(fire(event, batchRule)[0]?.body.toString()).not.toContain("size");
  });
});

describe("a signed batch", () => {
  test.each(["json", "msgpack"] as const)("carries the key name and the HMAC of the %s bytes", (format) => {
    const [request] = fire(message("hé"), batchRule, { format, signingKeyId: "keyId1" });
    const expected = createHmac("sha256", "s3cr3tValue")
      .update(request?.body ?? "")
      .digest("base64");
    expect(request?.headers).toMatchObject({
      "x-ably-version": "1.2",
      "x-ably-key": "aBc123.keyId1",
      "x-ably-signature": expected,
    });
  });

  test("is signed as the known vector is", () => {
    const body =
      '{"items":[{"webhookId":"wh1","source":"channel.message","serial":"a1:1","timestamp":1700000000000,' +
      '"name":"channel.message","data":{"channelId":"room:1","site":"local",' +
      '"messages":[{"id":"m1:0","name":"chat","data":"hé","timestamp":1700000000000}]}}]}';
    expect(createHmac("sha256", "s3cr3tValue").update(body).digest("base64")).toBe(
      "j9KKkuj1GsmUR6tg+MW2Pi3I7Wurf8nN3NpB/RIfxmU=",
    );
    const { integrations, request } = createHarness([
      {
        ...batchRule,
        id: "wh1",
        source: { type: "channel.message", channelFilter: "^room:" },
        target: { ...batchRule.target, signingKeyId: "keyId1" },
      },
    ]);
    integrations.channelEvent({
      source: "channel.message",
      channel: "room:1",
      messages: [{ timestamp: 1_700_000_000_000, data: "hé", name: "chat", id: "m1:0" }],
    });
    const sent = request(0).body.toString();
    expect(sent.replace(/"serial":"[^"]*"/, '"serial":"a1:1"')).toHaveLength(body.length);
  });

  test("is not made in single mode", () => {
    const [request] = fire(message("x"), singleRule, { signingKeyId: "keyId1" });
    expect(request?.headers).not.toHaveProperty("x-ably-signature");
    expect(request?.headers).not.toHaveProperty("x-ably-key");
  });
});

describe("a single request with an envelope", () => {
  test("holds all messages of one publish", () => {
    const both: ChannelEvent = {
      source: "channel.message",
      channel: "chat:lobby",
      messages: [
        { id: "a:0", data: "one" },
        { id: "a:1", data: "two" },
      ],
    };
    const requests = fire(both, singleRule, { headers: [{ name: "X-Webhook-Secret", value: "long" }] });
    expect(requests).toHaveLength(1);
    expect(bodyOf(requests)).toEqual({
      source: "channel.message",
      appId: "aBc123",
      channel: "chat:lobby",
      site: "local",
      ruleId: "moderate",
      messages: both.messages,
    });
    expect(requests[0]?.headers).toEqual({
      "content-type": "application/json",
      "x-ably-version": "1.2",
      "x-webhook-secret": "long",
    });
  });

  test("holds a presence event", () => {
    expect(bodyOf(fire(entered, singleRule))).toMatchObject({ source: "channel.presence", presence: entered.presence });
  });

  test("is used for lifecycle and occupancy even when the rule asks for none", () => {
    expect(bodyOf(fire(opened, singleRule, { enveloped: false }))).toMatchObject({
      source: "channel.lifecycle",
      ruleId: "moderate",
      name: "channel.opened",
    });
    expect(bodyOf(fire(occupied, singleRule, { enveloped: false }))).toMatchObject({ source: "channel.occupancy" });
  });
});

describe("a single request without an envelope", () => {
  test("is the data itself, with everything else in headers", () => {
    const [request] = fire(published, singleRule, { enveloped: false });
    expect(request?.body.toString()).toBe('{"text":"hello"}');
    expect(request?.headers).toEqual({
      "content-type": "application/json",
      "x-ably-version": "1.2",
      "x-ably-envelope-appid": "aBc123",
      "x-ably-envelope-channel": "chat:lobby",
      "x-ably-envelope-rule-id": "moderate",
      "x-ably-envelope-site": "local",
      "x-ably-envelope-source": "channel.message",
      "x-ably-message-id": "Xy12:3:0",
      "x-ably-message-client-id": "bob",
      "x-ably-message-connection-id": "Xy12",
      "x-ably-message-timestamp": "1700000000120",
      "x-ably-message-name": "msg",
    });
  });

  test("is made for each message of a publish", () => {
    const requests = fire(
      { source: "channel.message", channel: "c", messages: [{ data: "one" }, { data: "two" }] },
      singleRule,
      { enveloped: false },
    );
    expect(requests.map(({ body }) => body.toString())).toEqual(["one", "two"]);
  });

  test.each([
    ["text", undefined, "text/plain", "text"],
    ['{"a":1}', "json", "application/json", '{"a":1}'],
    [Buffer.from([0, 255]), undefined, "application/octet-stream", "\u0000\xff"],
    ["AP8=", "base64", "application/octet-stream", "\u0000\xff"],
    ["aGk=", "utf-8/base64", "text/plain", "hi"],
    ["AP8=", "json/utf-8/cipher+aes-256-cbc/base64", "application/octet-stream", "\u0000\xff"],
    [{ a: 1 }, undefined, "application/json", '{"a":1}'],
    [undefined, undefined, "text/plain", ""],
  ])("turns %j with encoding %s into %s", (data, encoding, type, bytes) => {
    const [request] = fire(message("x", { data, encoding }), singleRule, { enveloped: false });
    expect(request?.headers["content-type"]).toBe(type);
    expect(request?.body.toString("latin1")).toBe(bytes);
  });

  test("names the presence action", () => {
    const [request] = fire(entered, singleRule, { enveloped: false });
    expect(request?.headers).toMatchObject({ "x-ably-message-action": "enter" });
    expect(request?.headers).not.toHaveProperty("x-ably-message-name");
  });

  test("cannot be given a header by a client", () => {
    const event = message("x", { name: "a\r\nx-webhook-secret: guessed", clientId: "Zoë" });
    const [request] = fire(event, singleRule, { enveloped: false });
    expect(request?.headers["x-ably-message-name"]).toBe("a%0D%0Ax-webhook-secret%3A%20guessed");
    expect(request?.headers["x-ably-message-client-id"]).toBe("Zo%C3%AB");
  });
});
