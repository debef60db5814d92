import { afterAll, beforeAll, expect, test } from "vitest";
import { APP, type BrokerHost, hostBroker } from "../broker-host.ts";
import { connectWire, type WireClient } from "../wire-client.ts";

/** What a client may say about its presence. */
let host: BrokerHost;
beforeAll(async () => {
  const plain = { id: "plain", secret: "plain-secret", capability: { "*": ["subscribe", "presence"] } } as const;
  host = await hostBroker({ apps: [{ ...APP, keys: [...APP.keys, plain] }] });
});
afterAll(() => host.close());

async function attached(channel: string): Promise<WireClient> {
  const client = connectWire(host.port, { key: "app.plain:plain-secret", clientId: "bob" });
  await client.next({ action: 4 });
  client.send({ action: 10, channel });
  await client.next({ action: 11 });
  return client;
}

async function members(channel: string): Promise<(string | undefined)[]> {
  return (await host.rest().channels.get(channel).presence.get()).items.map(({ clientId }) => clientId);
}

test.each([
  ["that keeps rules away needs a capability of its own", { privileged: { skipRule: "*" } }, 40160],
  ["cannot be ephemeral", { ephemeral: true }, 40000],
])("presence %s", async (room, extras, code) => {
  const bob = await attached(room);
  bob.send({ action: 14, channel: room, msgSerial: 0, presence: [{ action: 2, extras }] });
  expect((await bob.next({ action: 2 })).error?.code).toBe(code);
  expect(await members(room)).toEqual([]);
});

test.each([
  ["enter and leave", [2, 3], [2, 3], []],
  ["enter, leave and enter", [2, 3, 2], [2, 3, 2], ["bob"]],
  ["update twice", [4, 4], [2, 4], ["bob"]],
  ["leave before they enter", [3, 2], [2], ["bob"]],
])("who says %s in one frame is told and kept in that order", async (room, sent, told, kept) => {
  const bob = await attached(room);
  bob.send({ action: 14, channel: room, msgSerial: 0, presence: sent.map((action) => ({ action })) });
  expect((await bob.next({ action: 14 })).presence?.map(({ action }) => action)).toEqual(told);
  expect(await members(room)).toEqual(kept);
});
