/** The built bundle under AWS's own runtime client, on the Node versions that Lambda runs, behind a Function URL. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildFunction } from "../../../lambda/deploy/build.ts";
import { isSkipped } from "../../helpers/needs.ts";
import { AblyStub } from "../../lambda/helpers/ably-stub.ts";
import { vectors } from "../../lambda/helpers/door.ts";
import { SIGNING_KEY, sign } from "../../lambda/helpers/requests.ts";
import { createFront } from "./front.ts";
import { isInstalled, NODES, Runtime } from "./runtime-api.ts";

const skips = isSkipped({
  isMet: isInstalled,
  otherwise: "the real Lambda runtime is not here; run `sh test/system/runtime/install.sh` to test with it",
});

const folder = mkdtempSync(join(tmpdir(), "asterism-ric-"));
const stub = new AblyStub();

beforeAll(async () => {
  if (skips) return;
  await buildFunction(join(folder, "lambda"));
  await stub.start();
});

afterAll(async () => {
  await stub.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({
  ABLY_PUBLISH_KEY: "appid.publisher:secret",
  ABLY_SIGNING_KEY: "appid.oldkey:secret,appid.signer:s3cr3tValue",
  WEBHOOK_SECRET: "a-long-webhook-secret",
  ABLY_ENDPOINT: "127.0.0.1",
  ABLY_PORT: String(stub.port),
  ABLY_TLS: "false",
  QUARANTINE_URL: `file://${folder}/quarantine.jsonl`,
});

const batch = (id: string, data: string, timestamp = Date.now()) =>
  JSON.stringify({
    items: [
      {
        source: "channel.message",
        data: { channelId: "chat:from-clients", messages: [{ id, clientId: "Ada.x1y2z3", timestamp, data }] },
      },
    ],
  });

describe.skipIf(skips).each(NODES)("%s", (node) => {
  let runtime: Runtime;
  let front: Server;
  let url: string;

  beforeAll(async () => {
    runtime = new Runtime({ node, folder: join(folder, "lambda"), environment: environment(), timeoutMs: 5_000 });
    await runtime.start();
    front = createFront(runtime).listen(0, "127.0.0.1");
    await once(front, "listening");
    url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/`;
  });

  afterAll(async () => {
    front?.close();
    await runtime?.close();
  });

  const post = (bytes: string | Buffer<ArrayBuffer>, headers: Record<string, string>) =>
    fetch(url, { method: "POST", body: bytes, headers });
  const postSigned = (body: string) =>
    post(body, {
      "content-type": "application/json",
      "x-ably-key": SIGNING_KEY.name,
      "x-ably-signature": sign(body),
    });

  test("publishes a signed message, starred", async () => {
    const answer = await postSigned(batch(`${node}-1`, "I like Potato"));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ published: 1, starred: 1 });
    expect(stub.texts()).toContain("I like ******");
  });

  test("writes its metrics as they are and no text", async () => {
    await postSigned(batch(`${node}-2`, "a Potato in the log"));
    const lines = runtime.output
      .join("")
      .split("\n")
      .filter((line) => line.includes("_aws"));
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
      event: "invocation",
      Published: 1,
      Starred: 1,
      FunctionName: "asterism",
    });
    expect(runtime.output.join("").toLowerCase()).not.toContain("potato");
  });

  test("answers every request at the door as the handler does", async () => {
    for (const { name, status, headers, text, base64 } of vectors.filter(({ door }) => door === "both")) {
      const body = base64 === undefined ? (text ?? "") : Buffer.from(base64, "base64");
      expect([name, (await post(body, headers)).status]).toEqual([name, status]);
    }
  });

  test("looks into the history when a message comes late", async () => {
    const late = batch(`${node}-3`, "late", Date.now() - 150_000);
    expect(await (await postSigned(late)).json()).toEqual({ published: 1 });
    expect(await (await postSigned(late)).json()).toEqual({ duplicate: 1 });
  });

  test("asks for a repetition in time when Ably hangs", { timeout: 20_000 }, async () => {
    stub.trouble.push(...Array.from({ length: 20 }, () => "hang" as const));
    const answer = await postSigned(batch(`${node}-4`, "hanging"));
    stub.trouble.length = 0;
    expect(answer.status).toBe(503);
    expect(await (await postSigned(batch(`${node}-4`, "hanging"))).json()).toEqual({ published: 1 });
  });

  test("goes on after it was frozen and its idle connections were closed", { timeout: 60_000 }, async () => {
    for (let round = 0; round < 30; round += 1) {
      process.kill(runtime.pid, "SIGSTOP");
      stub.server.closeIdleConnections();
      const answer = postSigned(batch(`${node}-frozen-${round}`, `round ${round}`));
      process.kill(runtime.pid, "SIGCONT");
      expect((await answer).status).toBe(200);
    }
  });

  test("refuses six megabytes without credentials", async () => {
    const answer = await post("x".repeat(6_000_000), { "content-type": "text/plain" });
    expect(answer.status).toBe(401);
    expect((await post("x".repeat(6_291_456), { "content-type": "text/plain" })).status).toBe(413);
  });
});

describe.skipIf(skips)("a function that is not configured", () => {
  test("answers 500 and says in the log what to set", async () => {
    const runtime = new Runtime({ node: "node24", folder: join(folder, "lambda"), environment: {}, timeoutMs: 5_000 });
    await runtime.start();
    const { result } = await runtime.invoke({ requestContext: { http: { method: "POST" } }, headers: {} });
    await runtime.close();
    expect(result).toEqual({ statusCode: 500, body: "" });
    expect(runtime.output.join("")).toContain("ABLY_PUBLISH_KEY");
  });
});

describe.skipIf(skips)("the front and the runtime themselves", () => {
  test.each([
    ["a string", "return 'text'", 200],
    ["nothing", "", 200],
    ["an exception", "throw new Error('no')", 502],
    ["the end of the process", "process.exit(1)", 502],
    ["no end at all", "await new Promise(() => setInterval(() => 0, 1000))", 502],
  ])("make of %s what AWS makes of it", async (_what, code, status) => {
    const own = mkdtempSync(join(tmpdir(), "asterism-ric-"));
    writeFileSync(join(own, "handler.mjs"), `export const handler = async (event, context) => { ${code} };`);
    const runtime = new Runtime({ node: "node24", folder: own, environment: {}, timeoutMs: 3_000 });
    await runtime.start();
    const front = createFront(runtime).listen(0, "127.0.0.1");
    await once(front, "listening");
    const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/`;
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(status);
    front.close();
    await runtime.close();
    rmSync(own, { recursive: true });
  });
});
