/** The function as deployed: its secrets come from SSM, and a changed one is in use without a deployment. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { contextWith, SIGNING_KEY, signed } from "./helpers/requests.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("reads its keys from SSM, and reads them again after five minutes", async () => {
  const values = new Map([
    ["/a/publish", "appid.publisher:secret"],
    ["/a/sign", "appid.other:secret"],
  ]);
  const store = createServer((request, response) => {
    request.resume();
    const Parameters = [...values].map(([Name, Value]) => ({ Name, Value }));
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify({ Parameters }));
  }).listen(0, "127.0.0.1");
  await once(store, "listening");
  const output = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.useFakeTimers({ toFake: ["Date"] });
  for (const [name, value] of Object.entries({
    ABLY_PUBLISH_KEY_PARAMETER: "/a/publish",
    ABLY_SIGNING_KEY_PARAMETER: "/a/sign",
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: "id",
    AWS_SECRET_ACCESS_KEY: "secret",
  })) {
    vi.stubEnv(name, value);
  }
  const { handler } = await import("../../lambda/handler.ts");
  const call = async () => (await handler(signed('{"items":[]}'), contextWith(12_000))).statusCode;
  expect(await call()).toBe(401);
  values.set("/a/sign", `${SIGNING_KEY.name}:${SIGNING_KEY.secret}`);
  expect(await call()).toBe(401);
  vi.advanceTimersByTime(300_000);
  expect(await call()).toBe(200);
  values.set("/a/sign", "nonsense");
  vi.advanceTimersByTime(300_000);
  expect(await call()).toBe(200);
  expect(output.mock.calls.join("")).toContain("ABLY_SIGNING_KEY: set it to a whole key");
  expect(output.mock.calls.join("")).not.toContain("nonsense");
  store.close();
});
