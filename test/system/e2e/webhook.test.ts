/**
 * Ably mode: the product against an Ably-compatible endpoint of somebody else, its function behind /lambda. The requests
 * are signed here, by hand, as Ably would.
 */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AblyMode, SIGNING_SECRET, startAblyMode } from "../../helpers/ably-mode.ts";
import { enter, type Visitor } from "../../helpers/visitor.ts";

let mode: AblyMode;
let visitor: Visitor;

beforeAll(async () => {
  mode = await startAblyMode();
  visitor = await enter(mode.product.url, { port: mode.ably.port });
});
afterAll(async () => {
  await visitor?.close();
  await mode?.close();
});

/** One item of a batch: one publish with the given texts by one author. */
function item(serial: number, author: string, texts: readonly string[], channel = "chat:from-clients") {
  return {
    webhookId: "wh1",
    source: "channel.message",
    serial: `s:${serial}`,
    timestamp: Date.now(),
    name: "channel.message",
    data: {
      channelId: channel,
      site: "local",
      messages: texts.map((data, index) => ({
        id: `publish-${serial}:${index}`,
        connectionId: "c1",
        clientId: author,
        timestamp: Date.now(),
        name: "message",
        data,
      })),
    },
  };
}

function post(body: string, signature = sign(body)): Promise<Response> {
  return fetch(`${mode.product.url}/lambda`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-ably-key": "app.sign", "x-ably-signature": signature },
    body,
  });
}

const sign = (body: string, secret = SIGNING_SECRET) => createHmac("sha256", secret).update(body).digest("base64");

describe("POST /lambda in Ably mode", () => {
  test("republishes every message of every item, those of each sender in order, and a repeated batch once", async () => {
    const batch = JSON.stringify({
      items: [
        item(1, "Ann.abc234", ["one", "two potatoes", "three"]),
        item(2, "Bob.xyz789", ["four", "Cabbage!"]),
        item(3, "Ann.abc234", ["six"]),
      ],
    });
    expect((await post(batch)).status).toBe(200);
    expect((await post(batch)).status).toBe(200);
    expect((await post(JSON.stringify({ items: [item(4, "Ann.abc234", ["the end"])] }))).status).toBe(200);
    await visitor.until("the end", (seen) => seen.some(({ text }) => text === "the end"));
    const of = (name: string) =>
      visitor.seen.filter(({ author }) => author === name).map(({ text, starred }) => [text, starred]);
    expect(of("Ann.abc234")).toEqual([
      ["one", "0"],
      ["two ********", "1"],
      ["three", "0"],
      ["six", "0"],
      ["the end", "0"],
    ]);
    expect(of("Bob.xyz789")).toEqual([
      ["four", "0"],
      ["*******!", "1"],
    ]);
    expect(visitor.seen).toHaveLength(7);
  });

  test.each([
    ["a wrong signature", () => sign('{"items":[]}', "another secret")],
    ["another body's signature", () => sign("{}")],
    ["no signature", () => ""],
  ])("answers 401 with an empty body to %s", async (_what, signature) => {
    const response = await post('{"items":[]}', signature());
    expect(response.status).toBe(401);
    expect(await response.text()).toBe("");
  });

  test("answers 401 before it parses: a body that is no JSON gets nothing else", async () => {
    expect((await post("{{{", "AAAA")).status).toBe(401);
  });

  test.each(["gzip", "zip"])(
    "answers 401 to an unsigned body that claims to be compressed with %s",
    async (encoding) => {
      const headers = { "content-type": "application/json", "content-encoding": encoding };
      const response = await fetch(`${mode.product.url}/lambda`, { method: "POST", headers, body: "{}" });
      expect(response.status).toBe(401);
    },
  );

  test("refuses a body above the Function URL's limit", async () => {
    const response = await post(`"${"x".repeat(6 * 1024 * 1024)}"`);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: "too_large" } });
  });
});
