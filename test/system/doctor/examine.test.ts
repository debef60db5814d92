/** The doctor on a healthy product, and on one illness after the other. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examine } from "../../../server/doctor/examine.ts";
import { formatStep, type Step } from "../../../server/doctor/report.ts";
import { type Product, startProduct } from "../../../server/product.ts";
import { ControlStandIn, TOKEN } from "../../lambda/deploy/control-stand-in.ts";

const ROOT_KEY = "doctor.root:s3cr3tValue";
const quiet = { info: () => undefined, error: () => undefined };

let product: Product;
let port: string;

beforeAll(async () => {
  product = await startProduct(
    { PORT: "0", LOCAL_DATA: "memory", LOCAL_ABLY_KEY: ROOT_KEY, LOCAL_BATCH_INTERVAL_MS: "0" },
    { log: quiet },
  );
  port = new URL(product.url).port;
});

afterAll(async () => {
  await product.close();
});

async function examined(env: Record<string, string>, probeMs = 10_000) {
  const steps: Step[] = [];
  const isWell = await examine({ env, probeMs, tell: (step) => steps.push(step) });
  return { isWell, kinds: Object.fromEntries(steps.map(({ name, finding }) => [name, finding.kind])), steps };
}

const asAbly = () => ({ ABLY_API_KEY: ROOT_KEY, ABLY_ENDPOINT: "127.0.0.1", ABLY_PORT: port, ABLY_TLS: "false" });

test("finds a running local product healthy", async () => {
  const { isWell, kinds } = await examined({ PORT: port, LOCAL_DATA: "memory" });
  expect(kinds).toEqual({
    configuration: "pass",
    server: "pass",
    clock: "pass",
    keys: "pass",
    token: "pass",
    probe: "pass",
    // this one keeps nothing that another process could look at
    "function's store": "skip",
  });
  expect(isWell).toBe(true);
});

test("starts the local product when it is not running", async () => {
  const unused = createServer().listen(0, "127.0.0.1");
  await once(unused, "listening");
  const free = (unused.address() as AddressInfo).port;
  await new Promise((resolve) => unused.close(resolve));
  const { isWell, steps } = await examined({ PORT: String(free) });
  expect(isWell).toBe(true);
  expect(steps[1]?.finding.detail).toContain(`nothing runs at http://127.0.0.1:${free}`);
});

test("examines an Ably app, and warns of a key that may do too much", async () => {
  const { isWell, kinds, steps } = await examined(asAbly());
  expect(kinds).toMatchObject({ ABLY_API_KEY: "warn", ABLY_PUBLISH_KEY: "skip", token: "pass", probe: "pass" });
  expect(steps.find(({ name }) => name === "ABLY_API_KEY")?.finding.detail).toContain("may also");
  expect(isWell).toBe(true);
});

test("names a key that Ably does not know, with the remedy", async () => {
  const { isWell, steps } = await examined({
    ...asAbly(),
    ABLY_PUBLISH_KEY: "doctor.gone:nosecret",
    WEBHOOK_SECRET: "12345678",
  });
  const step = steps.find(({ name }) => name === "ABLY_PUBLISH_KEY");
  expect(step && formatStep(step)).toMatch(
    /^FAIL {2}ABLY_PUBLISH_KEY .*\n.*-> set ABLY_PUBLISH_KEY to a key of this app/,
  );
  expect(isWell).toBe(false);
});

test("skips the probe when no token is to be had", async () => {
  const { kinds } = await examined({ ...asAbly(), ABLY_API_KEY: "doctor.root:wrong" });
  expect(kinds).toMatchObject({ token: "fail", probe: "skip" });
});

test("looks at the channel rules when it may", async () => {
  const control = new ControlStandIn("doctor");
  const env = { ...asAbly(), ABLY_ACCESS_TOKEN: TOKEN, ABLY_CONTROL_URL: await control.start() };
  expect((await examined(env)).kinds).toMatchObject({ persistence: "fail" });
  const namespace = { id: "chat", persisted: true, mutableMessages: false };
  control.stored.namespaces.push(namespace);
  expect((await examined(env)).kinds).toMatchObject({ persistence: "fail" });
  namespace.mutableMessages = true;
  expect((await examined(env)).kinds).toMatchObject({ persistence: "pass" });
  expect((await examined({ ...env, ABLY_ACCESS_TOKEN: "no" })).kinds).toMatchObject({ persistence: "fail" });
  control.close();
});

test("says that Ably cannot be reached", async () => {
  const { kinds } = await examined({ ...asAbly(), ABLY_PORT: "9" });
  expect(kinds).toMatchObject({ clock: "fail", probe: "skip" });
});

test("says what to look at when the function does not answer", async () => {
  const { steps, isWell } = await examined(asAbly(), 1);
  expect(steps.at(-1)).toMatchObject({ name: "probe", finding: { kind: "fail" } });
  expect(isWell).toBe(false);
});

test("lists what is wrong with the configuration", async () => {
  const { steps } = await examined({ ABLY_API_KEY: "nonsense" });
  expect(steps).toMatchObject([{ name: "configuration", finding: { kind: "fail" } }]);
  expect(steps[0]?.finding.detail).toContain("ABLY_API_KEY is not an Ably key");
});
