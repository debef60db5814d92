/** Messages over REST: publish, history, versions. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerHost, hostBroker } from "../broker-host.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
});
afterAll(() => host.close());

test("the older path of publishing does as the newer one", async () => {
  const path = "/channels/older/publish";
  const one = await host.rest().request("post", path, 2, {}, { name: "one", data: "1" });
  expect([one.statusCode, one.items]).toMatchObject([201, [{ channel: "older" }]]);
  const refused = await host.rest().request("post", path, 2, { _forceNack: "true" }, { name: "two" });
  expect([refused.statusCode, refused.errorCode]).toEqual([400, 40099]);
  const kept = await host.rest().channels.get("older").history();
  expect(kept.items.map(({ name, data }) => [name, data])).toEqual([["one", "1"]]);
  expect((await host.rest().request("get", path, 2)).statusCode).toBe(405);
});
