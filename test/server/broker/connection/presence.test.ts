/** What a client may say about its presence. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTION, PRESENCE_ACTION } from "../../../../server/broker/wire/actions.ts";
import { APP, type BrokerHost, hostBroker } from "../broker-host.ts";
import { connectWire, type WireClient } from "../wire-client.ts";

let host: BrokerHost;
beforeAll(async () => {
  const plain = { id: "plain", secret: "plain-secret", capability: { "*": ["subscribe", "presence"] } } as const;
  host = await hostBroker({ apps: [{ ...APP, keys: [...APP.keys, plain] }] });
});
afterAll(() => host.close());

async function attached(channel: string): Promise<WireClient & { readonly connectionId: string | undefined }> {
  const client = connectWire(host.port, { key: "app.plain:plain-secret", clientId: "bob" });
  const { connectionId } = await client.next({ action: ACTION.connected });
  client.send({ action: ACTION.attach, channel });
  await client.next({ action: ACTION.attached });
  return { ...client, connectionId };
}

async function members(channel: string): Promise<(string | undefined)[]> {
  return (await host.rest().channels.get(channel).presence.get()).items.map(({ clientId }) => clientId);
}

test.each([
  ["that keeps rules away needs a capability of its own", { privileged: { skipRule: "*" } }, 40160],
  ["cannot be ephemeral", { ephemeral: true }, 40000],
])("presence %s", async (room, extras, code) => {
  const bob = await attached(room);
  bob.send({
    action: ACTION.presence,
    channel: room,
    msgSerial: 0,
    presence: [{ action: PRESENCE_ACTION.enter, extras }],
  });
  expect((await bob.next({ action: ACTION.nack })).error?.code).toBe(code);
  expect(await members(room)).toEqual([]);
});

test.each([
  ["enter and leave", [2, 3], [2, 3], []],
  ["enter, leave and enter", [2, 3, 2], [2, 3, 2], ["bob"]],
  ["update twice", [4, 4], [2, 4], ["bob"]],
  ["leave before they enter", [3, 2], [2], ["bob"]],
])("who says %s in one frame is told and kept in that order", async (room, sent, told, kept) => {
  const bob = await attached(room);
  bob.send({ action: ACTION.presence, channel: room, msgSerial: 0, presence: sent.map((action) => ({ action })) });
  expect((await bob.next({ action: ACTION.presence })).presence?.map(({ action }) => action)).toEqual(told);
  expect(await members(room)).toEqual(kept);
});

describe("a client that came back during a change says the change and then enters again by what it knew before", () => {
  test.each([
    ["an update", { action: PRESENCE_ACTION.update, data: "new" }, ["new"]],
    ["a leave", { action: PRESENCE_ACTION.leave }, []],
  ])("%s stays", async (what, change, kept) => {
    const room = `back during ${what}`;
    const bob = await attached(room);
    bob.send({
      action: ACTION.presence,
      channel: room,
      msgSerial: 7,
      presence: [{ action: PRESENCE_ACTION.enter, data: "old" }],
    });
    const id = (await bob.next({ action: ACTION.presence })).presence?.[0]?.id;
    bob.send({ action: ACTION.presence, channel: room, msgSerial: 9, presence: [change] });
    bob.send({
      action: ACTION.presence,
      channel: room,
      msgSerial: 10,
      presence: [{ action: PRESENCE_ACTION.enter, id, clientId: "bob", data: "old" }],
    });
    bob.send({ action: ACTION.heartbeat, id: "after" });
    await bob.next({ action: ACTION.heartbeat });
    const { items } = await host.rest().channels.get(room).presence.get();
    expect(items.map(({ data }) => data)).toEqual(kept);
  });

  test("a leave stays although the member was gone by then", async () => {
    const bob = await attached("gone by then");
    const { connectionId } = bob;
    bob.send({
      action: ACTION.presence,
      channel: "gone by then",
      msgSerial: 9,
      presence: [{ action: PRESENCE_ACTION.leave }],
    });
    const again = { action: PRESENCE_ACTION.enter, id: `${connectionId}:7:0`, clientId: "bob" };
    bob.send({ action: ACTION.presence, channel: "gone by then", msgSerial: 10, presence: [again] });
    bob.send({ action: ACTION.heartbeat, id: "after" });
    await bob.next({ action: ACTION.heartbeat });
    expect(await members("gone by then")).toEqual([]);
  });

  test("a member that left only for being away is there again", async () => {
    const bob = await attached("away");
    const again = { action: PRESENCE_ACTION.enter, id: `${bob.connectionId}:7:0`, clientId: "bob" };
    bob.send({ action: ACTION.presence, channel: "away", msgSerial: 10, presence: [again] });
    expect((await bob.next({ action: ACTION.presence })).presence?.[0]?.id).toBe(`${bob.connectionId}:7:0`);
    expect(await members("away")).toEqual(["bob"]);
  });
});
