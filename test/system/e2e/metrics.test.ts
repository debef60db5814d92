/** METRICS_PORT: what Prometheus reads after somebody entered and wrote. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Log } from "../../../server/log.ts";
import { type Product, startProduct } from "../../../server/product.ts";
import { enter } from "../../helpers/visitor.ts";

let product: Product;
let metrics = "";
const log: Log = {
  info(event, fields) {
    if (event === "metrics") metrics = String(fields?.url);
  },
  error() {},
};
beforeAll(async () => {
  const environment = { PORT: "0", METRICS_PORT: "0", LOCAL_DATA: "memory", LOCAL_BATCH_INTERVAL_MS: "0" };
  product = await startProduct(environment, { log });
});
afterAll(() => product.close());

/** The value of one sample. */
async function sample(name: string): Promise<number> {
  const text = await (await fetch(metrics)).text();
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.split(" ")[1] ?? Number.NaN);
}

test("count tokens, people, channels, decisions and the delay of what was delivered", async () => {
  const ann = await enter(product.url, { name: "Ann" });
  await fetch(`${product.url}/auth?name=Potato`);
  await ann.say("hello");
  await ann.until("the message", (seen) => seen.length === 1);
  expect(await sample('asterism_token_requests_total{outcome="issued"}')).toBe(1);
  expect(await sample('asterism_token_requests_total{outcome="name_refused"}')).toBe(1);
  await fetch(product.url); // the document brings a token along
  expect(await sample('asterism_token_requests_total{outcome="issued"}')).toBe(2);
  expect(await sample("asterism_connections")).toBe(1);
  expect(await sample("asterism_channels")).toBeGreaterThanOrEqual(2);
  await expect.poll(() => sample('asterism_decisions_total{decision="published",reason=""}')).toBeGreaterThan(0);
  expect(await sample('asterism_delivery_seconds_bucket{le="300"}')).toBeGreaterThan(0);
  await expect.poll(() => sample('asterism_rule_queue_events{rule="moderate"}')).toBe(0);
  expect(await sample('asterism_rule_queue_age_seconds{rule="moderate"}')).toBe(0);
  await ann.close();
  await expect.poll(() => sample("asterism_connections")).toBe(0);
});

test("are what docs/metrics.md says", async () => {
  const text = await (await fetch(metrics)).text();
  const page = readFileSync(new URL("../../../docs/metrics.md", import.meta.url), "utf8");
  const known = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name ?? "");
  const named = [...page.matchAll(/\b(?:asterism|nodejs)_[a-z0-9]\w*/g)].map(([name]) => name.replace(/_bucket$/, ""));
  expect(known).toEqual(expect.arrayContaining(named));
  expect(named).toEqual(expect.arrayContaining(known.filter((name) => name.startsWith("asterism_"))));
});

test("are at their own port and path alone, and off unless it is set", async () => {
  expect((await fetch(new URL("/", metrics))).status).toBe(404);
  expect((await fetch(metrics, { method: "POST" })).status).toBe(404);
  expect((await fetch(`${product.url}/metrics`)).status).toBe(404);
  const said: string[] = [];
  const plain = { info: (event: string) => void said.push(event), error() {} };
  const other = await startProduct({ PORT: "0", LOCAL_DATA: "memory" }, { log: plain });
  await other.close();
  expect(said).not.toContain("metrics");
});
