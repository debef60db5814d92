/** The doctor's look at the store: one that works, ones that do not, and a function that uses another. */

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examine } from "../../../server/doctor/examine.ts";
import type { Step } from "../../../server/doctor/report.ts";
import { examineTable } from "../../../server/doctor/store.ts";
import { type Product, startProduct } from "../../../server/product.ts";

const ROOT_KEY = "doctor.root:s3cr3tValue";
const quiet = { info: () => undefined, error: () => undefined };
const LOCAL_DATA = mkdtempSync(join(tmpdir(), "asterism-doctor-"));

let product: Product;
let access: Record<string, string>;

beforeAll(async () => {
  const options = { PORT: "0", LOCAL_DATA, LOCAL_ABLY_KEY: ROOT_KEY, LOCAL_BATCH_INTERVAL_MS: "0" };
  product = await startProduct(options, { log: quiet });
  access = JSON.parse(readFileSync(join(LOCAL_DATA, "store.json"), "utf8"));
});

afterAll(async () => {
  await product.close();
  rmSync(LOCAL_DATA, { recursive: true });
});

async function stepsOf(env: Record<string, string>) {
  const steps: Step[] = [];
  await examine({ env, probeMs: 10_000, tell: (step) => steps.push(step) });
  return Object.fromEntries(steps.map(({ name, finding }) => [name, finding]));
}

const port = () => new URL(product.url).port;

test("sees that the running local product writes its decisions down", async () => {
  expect(await stepsOf({ PORT: port(), LOCAL_DATA })).toMatchObject({ "function's store": { kind: "pass" } });
});

test("sees the same of an Ably app whose function uses the table that is set", async () => {
  const env = { ABLY_API_KEY: ROOT_KEY, ABLY_ENDPOINT: "127.0.0.1", ABLY_PORT: port(), ABLY_TLS: "false", ...access };
  const steps = await stepsOf({ ...env, AWS_REGION: "us-east-1" });
  // the stand-in knows nothing of expiry
  expect(steps).toMatchObject({
    store: { kind: "warn" },
    probe: { kind: "pass" },
    "function's store": { kind: "pass" },
  });
});

test("says that no table is set", async () => {
  expect(await examineTable({})).toMatchObject({ kind: "skip" });
});

test("names a table that is not there, and one that may not be used", async () => {
  const env = { ...access, AWS_REGION: "us-east-1" };
  expect(await examineTable({ ...env, STORE_TABLE: "another" })).toMatchObject({
    kind: "fail",
    detail: expect.stringMatching(/^another cannot be read and written: .*ResourceNotFoundException$/),
  });
  expect(await examineTable({ ...env, AWS_ACCESS_KEY_ID: "somebody" })).toMatchObject({ kind: "fail" });
});

test.each([
  ["ENABLED", "ttl", "pass"],
  ["ENABLED", "expires", "warn"],
  ["DISABLED", undefined, "warn"],
])("expiry %s by %s is a %s", async (TimeToLiveStatus, AttributeName, kind) => {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (String(request.headers["x-amz-target"]).endsWith("DescribeTimeToLive")) {
      return response.end(JSON.stringify({ TimeToLiveDescription: { TimeToLiveStatus, AttributeName } }));
    }
    const ofThisHop = ["host", "connection", "content-length"];
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const answer = await fetch(access.STORE_ENDPOINT ?? "", {
      method: "POST",
      headers: headers.filter(([name]) => !ofThisHop.includes(name)),
      body,
    });
    return response.writeHead(answer.status).end(await answer.text());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const STORE_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await examineTable({ ...access, AWS_REGION: "us-east-1", STORE_ENDPOINT })).toMatchObject({ kind });
  server.close();
});
