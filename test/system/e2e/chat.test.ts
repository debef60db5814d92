/** The started product, the real SDK in Node: what a visitor sends is what everybody sees, moderated, once. */
import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../../lambda/limits.ts";
import { type Product, startProduct } from "../../../server/product.ts";
import { startTcpProxy } from "../../helpers/tcp-proxy.ts";
import { enter, type Visitor, type VisitorOptions } from "../../helpers/visitor.ts";

const quiet = { info() {}, error() {} };
const environment = { PORT: "0", LOCAL_DATA: "memory", LOCAL_BATCH_INTERVAL_MS: "0" };

const visitors: Visitor[] = [];
async function visit(origin: string, options?: VisitorOptions): Promise<Visitor> {
  const visitor = await enter(origin, options);
  visitors.push(visitor);
  return visitor;
}
afterEach(async () => {
  await Promise.all(visitors.splice(0).map((visitor) => visitor.close()));
});

describe.each(["both", "batch", "single"])("chat with rules of mode %s", (mode) => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ ...environment, LOCAL_RULE_MODE: mode }, { log: quiet });
  });
  afterAll(() => product.close());

  test("stars a banned word for everyone and keeps the author", async () => {
    const [ann, bob] = await Promise.all([
      visit(product.url, { name: "Ann" }),
      visit(product.url, { name: "Bob", binary: false }),
    ]);
    await ann.say("I like Potato", "ann-1");
    const masked = { text: "I like ******", author: ann.clientId, sourceId: "ann-1", starred: "1" };
    await Promise.all([ann, bob].map((visitor) => visitor.until("the message", (seen) => seen.length === 1)));
    expect(ann.seen).toEqual([masked]);
    expect(bob.seen).toEqual([masked]);
  });

  test("leaves innocent text and markup as they are", async () => {
    const ann = await visit(product.url);
    const text = "<script>alert('1')</script> 🥔 é́ \ud83d";
    await ann.say(text.slice(0, -1));
    await ann.until("the message", (seen) => seen.length === 1);
    expect(ann.seen[0]?.text).toBe(text.slice(0, -1));
  });

  test("keeps two rooms apart", async () => {
    const garden = await visit(product.url, { room: "garden" });
    const cellar = await visit(product.url, { room: "cellar" });
    const lobby = await visit(product.url);
    await garden.say("from the garden");
    await cellar.say("from the cellar");
    await lobby.say("from the lobby");
    await Promise.all([garden, cellar, lobby].map((v) => v.until("its own message", (seen) => seen.length > 0)));
    expect([garden, cellar, lobby].map((v) => v.seen.map(({ text }) => text))).toEqual([
      ["from the garden"],
      ["from the cellar"],
      ["from the lobby"],
    ]);
  });

  test("shows a message that is published twice under one id once", async () => {
    const ann = await visit(product.url);
    await ann.say("only once", "again");
    await ann.say("only once", "again");
    await ann.say("the end");
    await ann.until("the end", (seen) => seen.some(({ text }) => text === "the end"));
    expect(ann.seen.map(({ text }) => text)).toContain("only once");
    expect(ann.seen).toHaveLength(2);
  });
});

describe("the function of local mode", () => {
  test("reaches its broker when HOST is a name, which the SDK could take for one of Ably's", async () => {
    const product = await startProduct({ ...environment, HOST: "localhost" }, { log: quiet });
    expect(new URL(product.url).hostname).toMatch(/^(127\.0\.0\.1|\[::1\])$/);
    await product.close();
  });

  test.each(["both", "batch", "single"])(
    "in %s mode accepts a signing key and a secret of one's own as well",
    async (mode) => {
      const product = await startProduct(
        { ...environment, LOCAL_RULE_MODE: mode, ABLY_SIGNING_KEY: "app.mine:hush", WEBHOOK_SECRET: "open sesame" },
        { log: quiet },
      );
      const knock = async (body: string, headers: Record<string, string>) =>
        (await fetch(`${product.url}/lambda`, { method: "POST", body, headers })).status;
      try {
        const items = '{"items":[]}';
        const signature = createHmac("sha256", "hush").update(items).digest("base64");
        const json = { "content-type": "application/json" };
        expect(await knock(items, { ...json, "x-ably-key": "app.mine", "x-ably-signature": signature })).toBe(200);
        const envelope = '{"source":"channel.message","channel":"elsewhere","messages":[]}';
        expect(await knock(envelope, { ...json, "x-webhook-secret": "open sesame" })).toBe(200);
        expect(await knock(envelope, { ...json, "x-webhook-secret": "guess" })).toBe(401);
      } finally {
        await product.close();
      }
    },
  );
});

describe("a connection that breaks", () => {
  test.each(["both", "batch"])(
    "loses and repeats nothing when the socket drops in the middle, in %s mode",
    async (mode) => {
      const product = await startProduct({ ...environment, LOCAL_RULE_MODE: mode }, { log: quiet });
      const proxy = await startTcpProxy(Number(new URL(product.url).port));
      try {
        // no more of each than is always taken: what is beyond that is refused where the machine is slow
        const writers = await Promise.all(Array.from({ length: 4 }, () => visit(product.url, { port: proxy.port })));
        const bob = await visit(product.url, { port: proxy.port });
        const texts = Array.from({ length: 4 * limits.steadyMessages }, (_, n) => `message ${n}`);
        for (const [n, text] of texts.entries()) {
          if (n % 10 === 5) proxy.drop();
          void writers[n % 4]?.say(text, `said-${String(n).padStart(2, "0")}`).catch(() => {});
        }
        await bob.until("all messages", (seen) => seen.length >= texts.length);
        const seen = mode === "batch" ? bob.seen : bob.shown();
        expect(seen).toHaveLength(texts.length);
        for (const [at, { clientId }] of writers.entries()) {
          const own = seen.filter(({ author }) => author === clientId).map(({ text }) => text);
          expect(own).toEqual(texts.filter((_, n) => n % 4 === at));
        }
        expect(proxy.accepted).toBeGreaterThan(2);
      } finally {
        await Promise.all(visitors.splice(0).map((visitor) => visitor.close()));
        await proxy.close();
        await product.close();
      }
    },
  );
});

describe("token renewal", () => {
  test("keeps the identity and every message while tokens of two seconds run out", async () => {
    const product = await startProduct(environment, { log: quiet, tokenTtlMs: 2_000 });
    try {
      const ann = await visit(product.url, { name: "Ann" });
      const bob = await visit(product.url);
      const texts: string[] = [];
      for (let renewals = 1; renewals <= 4; renewals++) {
        await ann.untilTokens(renewals);
        const burst = Array.from({ length: 8 }, (_, n) => `message ${renewals}.${n}`);
        texts.push(...burst);
        await Promise.all(burst.map((text) => ann.say(text)));
      }
      await bob.until("the last message", (seen) => seen.at(-1)?.text === texts.at(-1));
      expect(bob.seen.map(({ text }) => text)).toEqual(texts);
      expect(new Set(bob.seen.map(({ author }) => author))).toEqual(new Set([ann.clientId]));
    } finally {
      await Promise.all(visitors.splice(0).map((visitor) => visitor.close()));
      await product.close();
    }
  });
});
