/** A visitor who uses the SDK by hand, with the very token the page gets: what it may not do, and what survives of what it may. */
import type * as Ably from "ably";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { enter, type Visitor } from "../../helpers/visitor.ts";

let product: Product;
let mallory: Visitor;
let ann: Visitor;

beforeAll(async () => {
  const environment = { PORT: "0", LOCAL_DATA: "memory", LOCAL_BATCH_INTERVAL_MS: "0" };
  product = await startProduct(environment, { log: { info() {}, error() {} } });
  [mallory, ann] = await Promise.all([enter(product.url, { name: "Mallory" }), enter(product.url, { name: "Ann" })]);
});
afterAll(async () => {
  await Promise.all([mallory?.close(), ann?.close()]);
  await product?.close();
});

/** The messages that Ann's own subscription gets, whole, up to the one that says `end`. */
async function arriving(act: (inbound: Ably.RealtimeChannel) => Promise<unknown>): Promise<Ably.InboundMessage[]> {
  const seen: Ably.InboundMessage[] = [];
  const outbound = ann.client.channels.get("chat:to-clients");
  const end = `end ${Math.random()}`;
  const ended = new Promise<void>((resolve) => {
    void outbound.subscribe((message) => {
      if (message.data === end) resolve();
      else seen.push(message);
    });
  });
  await act(mallory.client.channels.get("chat:from-clients"));
  await mallory.say(end);
  await ended;
  outbound.unsubscribe();
  return seen;
}

describe("a visitor's token", () => {
  test.each([
    ["publishing to everybody directly", "chat:to-clients"],
    ["publishing in another room", "chat:from-clients:garden"],
    ["publishing another visitor's notices", "chat:notices:abc234"],
    ["publishing anywhere else", "elsewhere"],
  ])("refuses %s", async (_what, channel) => {
    await expect(mallory.client.channels.get(channel).publish("message", "potato")).rejects.toMatchObject({
      code: 40160,
    });
  });

  test.each(["chat:from-clients", "chat:to-clients:garden", "chat:notices:abc234", "[meta]log"])(
    "refuses reading %s",
    async (name) => {
      const channel = mallory.client.channels.get(name, { modes: ["SUBSCRIBE"] });
      await expect(channel.attach()).rejects.toMatchObject({ code: 40160 });
      mallory.client.channels.release(name);
    },
  );

  test("refuses another's name on a message", async () => {
    const inbound = mallory.client.channels.get("chat:from-clients");
    await expect(inbound.publish({ name: "message", data: "hi", clientId: ann.clientId })).rejects.toMatchObject({
      code: 40012,
    });
  });

  test("refuses presence under another's name", async () => {
    const outbound = mallory.client.channels.get("chat:to-clients");
    await expect(outbound.presence.enterClient(ann.clientId)).rejects.toMatchObject({ code: 40012 });
  });

  test("refuses to skip the rule", async () => {
    const inbound = mallory.client.channels.get("chat:from-clients");
    const extras = { privileged: { skipRule: "*" } };
    await expect(inbound.publish({ name: "message", data: "potato", extras })).rejects.toMatchObject({ code: 40160 });
  });
});

describe("what is published", () => {
  test("keeps the text, starred, and drops the event name, extras and every other field", async () => {
    const seen = await arriving((inbound) =>
      inbound.publish({
        id: "sly-1",
        name: "potato",
        data: { text: "a potato", html: "potato", clientId: "potato" },
        extras: { headers: { potato: "potato", starred: "0", "source-id": "forged" }, ref: { type: "potato" } },
      }),
    );
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ name: "message", data: "a ******", clientId: mallory.clientId });
    expect(seen[0]?.extras).toEqual({
      headers: { "source-id": "sly-1", "source-timestamp": expect.stringMatching(/^\d+$/), starred: "1" },
    });
    expect(JSON.stringify(seen[0])).not.toContain("potato");
  });

  test.each([
    ["an object without text", { data: { potato: "potato" } }],
    ["a list", { data: ["potato"] }],
    ["bytes", { data: Buffer.from("potato") }],
    ["nothing", {}],
    ["blanks", { data: "  " }],
    ["a text that is too long", { data: "potato ".repeat(1_000) }],
    ["an unknown encoding", { data: "potato", encoding: "rot13" }],
    ["a cipher", { data: "cG90YXRv", encoding: "utf-8/cipher+aes-256-cbc/base64" }],
  ])("lets nothing of %s through", async (_what, message) => {
    expect(await arriving((inbound) => inbound.publish({ name: "message", ...message }))).toEqual([]);
  });

  test("refuses an ephemeral message, which no rule would see, instead of losing it", async () => {
    const seen = await arriving(async (inbound) => {
      const message = { name: "message", data: "potato", extras: { ephemeral: true } };
      await expect(inbound.publish(message)).rejects.toThrow("an ephemeral message never reaches the rule");
    });
    expect(seen).toEqual([]);
  });

  test("tells the sender, and only the sender, why a message was refused", async () => {
    const notices: unknown[] = [];
    const notice = new Promise<void>((resolve) => {
      void mallory.client.channels
        .get(`chat:notices:${mallory.clientId.split(".").at(-1)}`)
        .subscribe(({ name, data }) => {
          notices.push([name, data]);
          resolve();
        });
    });
    await mallory.say("x".repeat(2_001), "too-long-1");
    await notice;
    expect(notices).toEqual([
      [
        "notice",
        {
          "source-id": "too-long-1",
          outcome: "refused",
          code: "too-long",
          reason: "too-long",
          message: "The message is too long.",
        },
      ],
    ]);
  });
});
