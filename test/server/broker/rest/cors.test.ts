/** What browsers may read, by the origin of the page. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { isLoopbackOrigin } from "../../../../server/broker/rest/cors.ts";
import { type BrokerHost, hostBroker } from "../broker-host.ts";

let host: BrokerHost;
let trusting: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
  trusting = await hostBroker({ trustsOrigin: isLoopbackOrigin });
});
afterAll(() => Promise.all([host.close(), trusting.close()]));

async function ask({ port }: BrokerHost, origin: string, method = "GET"): Promise<Headers> {
  return (await fetch(`http://127.0.0.1:${port}/time`, { method, headers: { origin } })).headers;
}

test.each(["https://example.test", "http://localhost:3000", "null"])(
  "a page of %s may read answers, but sends nothing that the browser adds by itself",
  async (origin) => {
    for (const method of ["GET", "OPTIONS"]) {
      const headers = await ask(host, origin, method);
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("access-control-expose-headers")).toContain("x-ably-errorcode");
    }
  },
);

test("a preflight says what may be sent", async () => {
  const headers = await ask(host, "https://example.test", "OPTIONS");
  expect(headers.get("access-control-allow-headers")).toContain("authorization");
});

test.each(["http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"])(
  "a trusted page of %s may use the SDK, which sends credentials",
  async (origin) => {
    const headers = await ask(trusting, origin);
    expect(headers.get("access-control-allow-origin")).toBe(origin);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
  },
);

test.each(["https://example.test", "http://localhost.example.test", "http://127.0.0.1.example.test:80", "null"])(
  "a page of %s is no page of this machine",
  async (origin) => expect((await ask(trusting, origin)).get("access-control-allow-origin")).toBe("*"),
);
