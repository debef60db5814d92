/** What moderators and visitors do outlives a restart of the product, and calls somebody in time. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { storeFor } from "../../../lambda/commands/store-access.ts";
import { limits } from "../../../server/limits.ts";
import { type Product, startProduct } from "../../../server/product.ts";
import { POLICY, putPolicy, signInByLink } from "../../helpers/desk-page.ts";
import { enter, type Visitor } from "../../helpers/visitor.ts";

vi.setConfig({ testTimeout: 60_000 });

const OURS = { "sec-fetch-site": "same-origin", "content-type": "application/json" };

let folder: string;
let product: Product;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "asterism-desk-"));
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  await product.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(more: Record<string, string> = {}): Promise<void> {
  product = await startProduct({ PORT: "0", LOCAL_DATA: folder, ...more }, { log: { info() {}, error() {} } });
}

async function visit(name: string): Promise<Visitor> {
  const visitor = await enter(product.url, { name });
  open.push(visitor);
  return visitor;
}

interface Case {
  readonly id: string;
  readonly text: string;
  readonly reports?: readonly object[];
}

async function casesOf(kind: string): Promise<readonly Case[]> {
  const answer = await fetch(`${product.url}/moderate/cases?kind=${kind}`, { headers: await signInByLink(product) });
  return ((await answer.json()) as { cases: Case[] }).cases;
}

/** Says something that is held, and waits until it is. */
async function hold(author: Visitor, text: string): Promise<void> {
  await author.say(text);
  await vi.waitFor(async () => expect((await casesOf("held")).map((one) => one.text)).toContain(text), 20_000);
}

async function restart(): Promise<void> {
  for (const one of open.splice(0).reverse()) await one.close();
  await product.close();
  await start();
}

test("what was held before a restart is approved after it, and is shown once", async () => {
  await start();
  await putPolicy(product, POLICY);
  const ann = await visit("Ann");
  await hold(ann, "see https://seeds.example/a");
  await restart();
  const ben = await visit("Ben");
  const [held] = await casesOf("held");
  const headers = await signInByLink(product);
  const approve = () =>
    fetch(`${product.url}/moderate/cases/${held?.id}/approve`, { method: "POST", headers, body: "{}" });
  expect((await approve()).status).toBe(200);
  await ben.until("the approved message", (seen) => seen.length > 0);
  expect((await approve()).status).toBe(409);
  await ben.say("after it");
  await ben.until("the next message", (seen) => seen.some(({ text }) => text === "after it"));
  expect(ben.seen.map(({ text, author }) => [text, author])).toEqual([
    ["see https://seeds.example/a", ann.clientId],
    ["after it", ben.clientId],
  ]);
});

test("what a process decided that ended at once is published and written down by the next start, with nobody at the desk", async () => {
  await start();
  await putPolicy(product, POLICY);
  const ann = await visit("Ann");
  await hold(ann, "see https://seeds.example/a");
  const [held] = await casesOf("held");
  const id = held?.id ?? "";
  await (await storeFor({ LOCAL_DATA: folder })).cases.decide(id, { outcome: "approved", by: "Ana", reason: "" });
  await restart();
  const store = await storeFor({ LOCAL_DATA: folder });
  await vi.waitFor(async () => expect(await store.cases.get(id)).toMatchObject({ finished: true }), 20_000);
  expect((await store.audit.list()).entries).toContainEqual(
    expect.objectContaining({ by: "Ana", did: "approved", subject: id }),
  );
  const ben = await visit("Ben");
  const { items } = await ben.client.channels.get("chat:to-clients").history();
  expect(items).toMatchObject([{ clientId: ann.clientId, data: "see https://seeds.example/a" }]);
});

test("a flood of reports by one visitor is one case and counts once, after a restart too", async () => {
  await start();
  const [ann, ben] = [await visit("Ann"), await visit("Ben")];
  await ann.say("something rude");
  await ben.until("the message", (seen) => seen.length > 0);
  const { items } = await ben.client.channels.get("chat:to-clients").history();
  const report = async (cookie: string) => {
    const body = JSON.stringify({ room: "lobby", serial: items[0]?.serial, reason: "rude" });
    return (await fetch(`${product.url}/reports`, { method: "POST", headers: { ...OURS, cookie }, body })).status;
  };
  const { cookie } = ben;
  const answers = await Promise.all(Array.from({ length: 30 }, () => report(cookie)));
  expect(new Set(answers)).toEqual(new Set([204, 429]));
  const one = [{ text: "something rude", reports: [{ reason: "rude" }] }];
  expect(await casesOf("reported")).toMatchObject(one);
  await restart();
  expect(await report(cookie)).toBe(204);
  const after = await casesOf("reported");
  expect(after).toMatchObject(one);
  expect(after[0]?.reports).toHaveLength(1);
});

test("a held message calls the moderators where the webhook leads, without its text", async () => {
  const calls: string[] = [];
  const receiver: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      calls.push(body);
      response.end("ok");
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const { port } = receiver.address() as AddressInfo;
  // A minute is long in a test.
  const { alertMs } = limits;
  Object.assign(limits, { alertMs: 200 });
  open.push({ close: async () => void Object.assign(limits, { alertMs }) });
  await start({ ALERT_WEBHOOK_URL: `http://127.0.0.1:${port}/hook` });
  await putPolicy(product, POLICY);
  await hold(await visit("Ann"), "see https://seeds.example/secret");
  await vi.waitFor(() => expect(calls).toHaveLength(1), 20_000);
  const { text } = JSON.parse(calls[0] ?? "{}") as { text: string };
  expect(text).toContain("Held, new: 1 (lobby).");
  expect(text).not.toContain("secret");
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
});
