/** The contract by which test suites get an app of their own. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as Ably from "ably";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemRandom } from "../../../server/broker/ids.ts";
import { createBroker } from "../../../server/broker/index.ts";
import { createProvisioner } from "../../../server/broker/provisioner.ts";

const broker = createBroker();
let server: Server;
let url: string;
beforeAll(async () => {
  const port = () => (server.address() as AddressInfo).port;
  const provisioner = createProvisioner(broker, port, systemRandom());
  server = createServer((request, response) => {
    if (provisioner.handles(request.url ?? "/")) provisioner.handleRequest(request, response);
    else broker.handleRequest(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${port()}`;
});
afterAll(async () => {
  await broker.close();
  server.close();
});

interface Provisioned {
  readonly appId: string;
  readonly keys: readonly [ProvisionedKey, ...ProvisionedKey[]];
  readonly namespaces: readonly unknown[];
  readonly endpoint: string;
  readonly port: number;
  readonly tls: boolean;
}

interface ProvisionedKey {
  readonly keyStr: string;
  readonly keyName: string;
  readonly keySecret: string;
  readonly value: string;
  readonly capability: string;
}

const post = (path: string, body: unknown) => fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });

test("an app has the keys that were asked for, in order, and its fixtures", async () => {
  const answer = await post("/apps", {
    limits: { presence: { maxMembers: 250 } },
    keys: [{}, { capability: '{ "b":["subscribe","publish"] }' }, { revocableTokens: true }],
    namespaces: [{ id: "persisted", persisted: true }],
    channels: [{ name: "persisted:fixtures", presence: [{ clientId: "bob", data: "here" }] }],
  });
  expect(answer.status).toBe(201);
  const app: Provisioned = JSON.parse(await answer.text());
  expect(app.keys.map(({ capability }) => capability)).toEqual([
    '{"*":["*"]}',
    '{"b":["publish","subscribe"]}',
    '{"*":["*"]}',
  ]);
  expect(app.keys[0].keyStr).toBe(`${app.keys[0].keyName}:${app.keys[0].keySecret}`);
  expect(app.keys[0].value).toBe(app.keys[0].keySecret);
  expect(app.namespaces).toHaveLength(1);
  const rest = new Ably.Rest({ key: app.keys[0].keyStr, endpoint: app.endpoint, port: app.port, tls: app.tls });
  const { items } = await rest.channels.get("persisted:fixtures").presence.get();
  expect(items.map(({ clientId, data }) => [clientId, data])).toEqual([["bob", "here"]]);
  expect((await fetch(`${url}/apps/${app.appId}`, { method: "DELETE" })).status).toBe(200);
  await expect(rest.channels.get("room").history()).rejects.toMatchObject({ code: 40101, statusCode: 401 });
});

test("two apps know nothing of each other", async () => {
  const [one, two] = await Promise.all([post("/apps", {}), post("/apps", {})]);
  const restOf = async (answer: Response) => {
    const app: Provisioned = JSON.parse(await answer.text());
    return new Ably.Rest({ key: app.keys[0].keyStr, endpoint: app.endpoint, port: app.port, tls: false });
  };
  const [here, there] = [await restOf(one), await restOf(two)];
  await here.channels.get("room").publish("n", "secret");
  expect((await there.channels.get("room").history()).items).toEqual([]);
});

test.each([[{ keys: [{ capability: "{" }] }], [{ keys: 1 }], [{ namespaces: [{}] }], [{ channels: [1] }]])(
  "%j is refused",
  async (body) => {
    const answer = await post("/apps", body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 40000 } });
  },
);

test("statistics are taken and forgotten", async () => {
  expect((await post("/stats", [{}])).status).toBe(201);
});
