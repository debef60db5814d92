import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAwsCall } from "../../../lambda/aws.ts";
import {
  createFileQuarantine,
  openQuarantine,
  type Quarantined,
  storable,
  storableRaw,
} from "../../../lambda/quarantine/quarantine.ts";
import { openFileStore, openSqsStore } from "../../../lambda/quarantine/reader.ts";
import { createSqsQuarantine } from "../../../lambda/quarantine/sqs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "asterism-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const entry = (id: string, size = 1): Quarantined => ({
  version: 1,
  at: 1_700_000_000_000,
  reason: "not-delivered",
  mode: "batch",
  what: { kind: "message", channel: "chat:from-clients", sourceId: id, message: { id, data: "x".repeat(size) } },
  attempts: 3,
});

test("writes a line for each entry into a file that only its owner can read", async () => {
  const path = join(folder, "kept.jsonl");
  const quarantine = openQuarantine({ kind: "file", path });
  expect(await quarantine?.keep([entry("a"), entry("b")], 1_000)).toBe(true);
  expect(await quarantine?.keep([entry("c")], 1_000)).toBe(true);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([entry("a"), entry("b"), entry("c")]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("says so when it cannot write", async () => {
  const quarantine = openQuarantine({ kind: "file", path: join(folder, "no", "such", "folder") });
  expect(await quarantine?.keep([entry("a")], 1_000)).toBe(false);
});

test("is full when the file would be larger than its limit, and takes more once it was emptied", async () => {
  const path = join(folder, "kept.jsonl");
  const line = Buffer.byteLength(`${JSON.stringify(entry("a"))}\n`);
  const quarantine = createFileQuarantine(path, 2 * line);
  expect(await quarantine.keep([entry("a"), entry("b")], 1_000)).toBe(true);
  expect(await quarantine.keep([entry("c")], 1_000)).toBe("full");
  expect(statSync(path).size).toBe(2 * line);
  rmSync(path);
  expect(await quarantine.keep([entry("c")], 1_000)).toBe(true);
});

test("is nothing when none is configured", () => {
  expect(openQuarantine(undefined)).toBeUndefined();
});

test("keeps bytes as base64, with an encoding that leads back to them", () => {
  const bytes = Buffer.from([0xff, 0x00]);
  expect(storable({ id: "a", data: bytes })).toEqual({ id: "a", data: "/wA=", encoding: "base64" });
  expect(storable({ id: "a", data: bytes, encoding: "cipher+x" })).toMatchObject({ encoding: "cipher+x/base64" });
});

test("cuts off what no queue would take, and says so", () => {
  expect(storableRaw({ a: 1 })).toEqual({ kind: "raw", raw: '{"a":1}', truncated: false });
  expect(storableRaw("x".repeat(300_000))).toMatchObject({ truncated: true });
});

/** A message that can be read but not be written as JSON. */
const deep = (): Quarantined => {
  const { what, ...rest } = entry("deep");
  const data: unknown = JSON.parse(`${"[".repeat(10_000)}${"]".repeat(10_000)}`);
  return { ...rest, what: what.kind === "message" ? { ...what, message: { id: "deep", data } } : what };
};

const trace = { ...deep(), what: { kind: "raw", raw: "", truncated: true } };

test("leaves a trace in the file of what has no JSON, and its neighbours as they are", async () => {
  expect(storableRaw({ a: 1n })).toEqual({ kind: "raw", raw: "", truncated: true });
  const path = join(folder, "kept.jsonl");
  expect(await openQuarantine({ kind: "file", path })?.keep([deep(), entry("b")], 1_000)).toBe(true);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([trace, entry("b")]);
});

test("gives a file out once, and takes back what is not settled", async () => {
  const path = join(folder, "kept.jsonl");
  await openQuarantine({ kind: "file", path })?.keep([entry("a"), entry("b")], 1_000);
  writeFileSync(path, "not an entry\n", { flag: "a" });
  const store = openFileStore(path);
  const taken = await store.take();
  expect(taken?.entries).toEqual([entry("a"), entry("b"), undefined]);
  await taken?.finish([true, false, false]);
  expect(await store.take()).toBeUndefined();
  expect(readFileSync(path, "utf8")).toBe(`${JSON.stringify(entry("b"))}\nnot an entry\n`);
});

test("goes on where a replay was cut short, while the function writes on", async () => {
  const path = join(folder, "kept.jsonl");
  const quarantine = openQuarantine({ kind: "file", path });
  await quarantine?.keep([entry("a")], 1_000);
  await openFileStore(path).take();
  await quarantine?.keep([entry("b")], 1_000);
  const store = openFileStore(path);
  const first = await store.take();
  expect(first?.entries).toEqual([entry("a")]);
  await first?.finish([true]);
  const second = await store.take();
  expect(second?.entries).toEqual([entry("b")]);
  await second?.finish([true]);
  expect(await store.take()).toBeUndefined();
});

/** A queue that understands as much SQS as we speak. */
async function startQueue() {
  const messages: string[] = [];
  const requests: { target: string; signed: boolean; count: number }[] = [];
  const state = { fails: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const target = String(request.headers["x-amz-target"]);
      const input = JSON.parse(Buffer.concat(chunks).toString());
      const signed = String(request.headers.authorization).startsWith("AWS4-HMAC-SHA256 Credential=id/");
      requests.push({ target, signed, count: input.Entries?.length ?? 0 });
      const answer = answerTo(target.split(".")[1] ?? "", input);
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
    });
  });
  const answerTo = (action: string, input: { Entries?: { MessageBody: string; ReceiptHandle: string }[] }) => {
    const entries = input.Entries ?? [];
    if (state.fails) return { Failed: entries.slice(0, 1).map(() => ({ Id: "0", Code: "InternalError" })) };
    if (action === "SendMessageBatch") messages.push(...entries.map(({ MessageBody }) => MessageBody));
    if (action === "ReceiveMessage") {
      return { Messages: messages.slice(0, 10).map((Body) => ({ Body, MessageId: Body, ReceiptHandle: Body })) };
    }
    for (const { ReceiptHandle } of action === "DeleteMessageBatch" ? entries : []) {
      messages.splice(messages.indexOf(ReceiptHandle), 1);
    }
    return {};
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/123456789012/quarantine`;
  const call = createAwsCall({ AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" });
  return { url, call, messages, requests, state, close: () => server.close() };
}

test("keeps entries in SQS: signed, ten at a time and not too large, and gives them out again", async () => {
  const queue = await startQueue();
  const entries = [
    ...Array.from({ length: 11 }, (_, n) => entry(`m${n}`)),
    entry("large", 150_000),
    entry("larger", 150_000),
  ];
  expect(await createSqsQuarantine(queue.url, queue.call).keep(entries, 2_000)).toBe(true);
  expect(queue.requests.every(({ signed }) => signed)).toBe(true);
  expect(queue.requests.map(({ count }) => count).sort((a, b) => b - a)).toEqual([10, 2, 1]);
  const store = openSqsStore(queue.url, queue.call);
  const out: (string | undefined)[] = [];
  for (let taken = await store.take(); taken !== undefined; taken = await store.take()) {
    out.push(...taken.entries.map((each) => (each?.what.kind === "message" ? each.what.sourceId : undefined)));
    await taken.finish(taken.entries.map(() => true));
  }
  expect(out.sort()).toEqual(entries.map(({ what }) => (what.kind === "message" ? what.sourceId : "")).sort());
  queue.close();
});

test("ends at what stays in SQS, when that is visible again before the pass is over", async () => {
  const queue = await startQueue();
  await createSqsQuarantine(queue.url, queue.call).keep([entry("stays"), entry("goes")], 2_000);
  const store = openSqsStore(queue.url, queue.call);
  const first = await store.take();
  await first?.finish([false, true]);
  await createSqsQuarantine(queue.url, queue.call).keep([entry("new")], 2_000);
  const second = await store.take();
  expect(second?.entries).toEqual([entry("new")]);
  await second?.finish([true]);
  expect(await store.take()).toBeUndefined();
  expect(queue.messages.map((text) => JSON.parse(text))).toEqual([entry("stays")]);
  queue.close();
});

test("leaves a trace in SQS of what has no JSON", async () => {
  const queue = await startQueue();
  expect(await createSqsQuarantine(queue.url, queue.call).keep([deep()], 2_000)).toBe(true);
  expect(queue.messages.map((text) => JSON.parse(text))).toEqual([trace]);
  queue.close();
});

test("says so when SQS does not take every entry, cannot be reached, or has no credentials", async () => {
  const queue = await startQueue();
  queue.state.fails = true;
  expect(await createSqsQuarantine(queue.url, queue.call).keep([entry("a")], 2_000)).toBe(false);
  queue.close();
  expect(await createSqsQuarantine("http://127.0.0.1:9/q", queue.call).keep([entry("a")], 2_000)).toBe(false);
  expect(await createSqsQuarantine(queue.url, createAwsCall({})).keep([entry("a")], 2_000)).toBe(false);
});
