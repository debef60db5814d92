/** One list of requests, three ways in: the handler, the bundle that is deployed, and the local server's Function URL. */

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Handler } from "../../../lambda/create-handler.ts";
import { buildFunction } from "../../../lambda/deploy/build.ts";
import { type Product, startProduct } from "../../../server/product.ts";
import { environments, type Vector, vectors } from "../../lambda/helpers/door.ts";
import { contextWith, eventOf } from "../../lambda/helpers/requests.ts";

interface Seen {
  readonly status: number;
  readonly body: string;
}
type Way = (vector: Vector) => Promise<Seen>;

/** A fresh module for each environment: what production does when it starts. */
async function handlerFor(modulePath: string, door: string): Promise<Handler> {
  vi.stubEnv("ABLY_API_KEY", "appid.publisher:secret");
  for (const name of ["ABLY_SIGNING_KEY", "WEBHOOK_SECRET"]) vi.stubEnv(name, environments[door]?.[name]);
  const silence = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const module: { handler: Handler } = await import(`${modulePath}?door=${encodeURIComponent(door)}`);
  const { handler } = module;
  silence.mockRestore();
  return async (event, context) => {
    for (const name of ["ABLY_SIGNING_KEY", "WEBHOOK_SECRET"]) vi.stubEnv(name, environments[door]?.[name]);
    const quiet = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      return await handler(event, context);
    } finally {
      quiet.mockRestore();
    }
  };
}

function eventFor({ text, base64, headers }: Vector): LambdaFunctionURLEvent {
  const event = eventOf(base64 === undefined ? (text ?? "") : Buffer.from(base64, "base64"));
  return { ...event, headers };
}

const folder = mkdtempSync(join(tmpdir(), "asterism-door-"));
const handlers = new Map<string, Promise<Handler>>();
const handlerOf = (module: string, door: string): Promise<Handler> => {
  const key = `${module} ${door}`;
  const made = handlers.get(key) ?? handlerFor(module, door);
  handlers.set(key, made);
  return made;
};

const direct =
  (module: string): Way =>
  async (vector) => {
    const handler = await handlerOf(module, vector.door);
    const { statusCode, body = "" } = await handler(eventFor(vector), contextWith(12_000));
    return { status: statusCode, body };
  };

const source = pathToFileURL(join(import.meta.dirname, "../../../lambda/handler.ts")).href;
const bundle = pathToFileURL(join(folder, "lambda", "handler.mjs")).href;

const products = new Map<string, Promise<Product>>();
const productOf = (door: string): Promise<Product> => {
  const quiet = { info: () => undefined, error: () => undefined };
  const made =
    products.get(door) ??
    startProduct({ PORT: "0", ABLY_API_KEY: "appid.publisher:secret", ...environments[door] }, { log: quiet });
  products.set(door, made);
  return made;
};

/** Over HTTP, as a tunnel would bring it. */
const localServer: Way = async (vector) => {
  const { url } = await productOf(vector.door);
  const bytes = vector.base64 === undefined ? Buffer.from(vector.text ?? "") : Buffer.from(vector.base64, "base64");
  const sent = httpRequest(`${url}/lambda`, { method: "POST", headers: vector.headers });
  sent.end(bytes);
  const [answer] = await once(sent, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return { status: answer.statusCode, body: Buffer.concat(chunks).toString() };
};

beforeAll(async () => {
  await buildFunction(join(folder, "lambda"));
});

afterAll(async () => {
  for (const product of products.values()) await (await product).close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const ways: [string, Way][] = [
  ["the handler", direct(source)],
  ["the bundle", direct(bundle)],
];

describe("the local server", () => {
  // with nothing configured it has no such address at all
  test.each(vectors.filter(({ door }) => door !== "none"))("$status: $name ($door)", async (vector) => {
    const { status, body } = await localServer(vector);
    expect(status).toBe(vector.status);
    if (status !== 200) expect(body).toBe("");
  });

  test.each(vectors.filter(({ door }) => door === "none"))("404: $name", async (vector) => {
    expect((await localServer(vector)).status).toBe(404);
  });
});

describe.each(ways)("%s", (_name, way) => {
  test.each(vectors)("$status: $name ($door)", async (vector) => {
    const { status, body } = await way(vector);
    expect(status).toBe(vector.status);
    if (status !== 200) expect(body).toBe("");
  });
});
