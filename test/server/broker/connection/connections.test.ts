/** A connection that comes back keeps what it had for a while, and what it does not come back to it leaves. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACTION, PRESENCE_ACTION } from "../../../../server/broker/wire/actions.ts";
import { createFakeClock, type FakeClock } from "../../../helpers/fake-clock.ts";
import { type BrokerHost, hostBroker, KEY } from "../broker-host.ts";
import { attachTo, connectWire, enter, type WireClient } from "../wire-client.ts";

let clock: FakeClock;
let host: BrokerHost;
beforeEach(async () => {
  clock = createFakeClock(Date.now());
  host = await hostBroker({ clock, limits: { historyMs: 1000, idempotencyMs: 1000 } });
});
afterEach(() => host.close());

const members = async () =>
  (await host.rest().channels.get("room").presence.get()).items.map(({ clientId }) => clientId);

/** Attaches by this name, enters, loses the socket and comes back. */
async function present(name = "room"): Promise<WireClient> {
  const client = connectWire(host.port, { key: KEY, clientId: "bob" });
  const { connectionId, connectionDetails } = await client.next({ action: ACTION.connected });
  await attachTo(client, name);
  await enter(client, name);
  client.end();
  await expect.poll(() => host.broker.census("app")?.connected).toBe(0);
  const resume = String(connectionDetails?.connectionKey);
  const again = connectWire(host.port, { key: KEY, clientId: "bob", resume });
  expect((await again.next({ action: ACTION.connected })).connectionId).toBe(connectionId);
  expect(await members()).toEqual(["bob"]);
  return again;
}

test("a resume brings a new key; the one before it is good until the new one is used, and none before that", async () => {
  const keys: string[] = [];
  const connect = async (resume?: string) => {
    const client = connectWire(host.port, { key: KEY, ...(resume !== undefined && { resume }) });
    const { connectionDetails, connectionId, error } = await client.next({ action: ACTION.connected });
    keys.push(String(connectionDetails?.connectionKey));
    return { connectionId, code: error?.code };
  };
  const { connectionId } = await connect();
  expect(await connect(keys[0])).toEqual({ connectionId });
  expect(await connect(keys[0])).toEqual({ connectionId }); // the answer before was lost
  expect(await connect(keys[2])).toEqual({ connectionId });
  expect(new Set(keys).size).toBe(4);
  expect((await connect(keys[0])).code).toBe(80018);
  expect((await connect(keys[1])).code).toBe(80018);
});

describe("a connection that another client recovers", () => {
  const recover = async (key: string) => {
    const client = connectWire(host.port, { key: KEY, recover: key });
    const { connectionId, error } = await client.next({ action: ACTION.connected });
    return { client, connectionId, code: error?.code };
  };
  const lose = async (client: WireClient) => {
    client.end();
    await expect.poll(() => host.broker.census("app")?.connected).toBe(0);
  };

  test("is recovered again when the answer was lost", async () => {
    const first = connectWire(host.port, { key: KEY });
    const { connectionId, connectionDetails } = await first.next({ action: ACTION.connected });
    const key = String(connectionDetails?.connectionKey);
    await lose(first);
    await lose((await recover(key)).client);
    expect(await recover(key)).toMatchObject({ connectionId, code: undefined });
  });

  test("is not taken back while the other is there, nor after it was heard", async () => {
    const first = connectWire(host.port, { key: KEY });
    const key = String((await first.next({ action: ACTION.connected })).connectionDetails?.connectionKey);
    await lose(first);
    const { client } = await recover(key);
    const late = await recover(key);
    expect(late.code).toBe(80018);
    late.client.end();
    client.send({ action: ACTION.heartbeat, id: "heard" });
    await client.next({ action: ACTION.heartbeat });
    await lose(client);
    expect((await recover(key)).code).toBe(80018);
  });
});

describe("after a resume", () => {
  test.each(["room", "[?rewind=1]room"])("a detach from %s takes the member off at once", async (name) => {
    const client = await present(name);
    client.send({ action: ACTION.detach, channel: name });
    await client.next({ action: ACTION.detached });
    expect(await members()).toEqual([]);
  });

  test("an attach without the presence mode takes the member off", async () => {
    const client = await present();
    client.send({ action: ACTION.attach, channel: "room", params: { modes: "subscribe" } });
    await client.next({ action: ACTION.attached });
    expect(await members()).toEqual([]);
  });

  test("an attach that is refused takes the member off", async () => {
    const client = await present();
    client.send({ action: ACTION.attach, channel: "room", params: { modes: "nonsense" } });
    expect((await client.next({ action: ACTION.error, channel: "room" })).error?.code).toBe(40003);
    expect(await members()).toEqual([]);
  });

  test("a channel that the client does not come back to is left after the usual time, and disappears", async () => {
    const client = await present();
    clock.tick(14_999);
    expect(await members()).toEqual(["bob"]);
    clock.tick(1);
    expect(await members()).toEqual([]);
    clock.tick(1001);
    expect(host.broker.census("app")).toEqual({ connections: 1, connected: 1, channels: 0, rules: [] });
    client.send({ action: ACTION.heartbeat, id: "still here" });
    expect(await client.next({ action: ACTION.heartbeat, id: "still here" })).toBeDefined();
  });

  test("a channel that the client comes back to is kept, with its member", async () => {
    const client = await present();
    await attachTo(client, "room");
    clock.tick(20_000);
    expect(await members()).toEqual(["bob"]);
  });

  test("another loss starts the time anew", async () => {
    const client = await present();
    clock.tick(10_000);
    client.end();
    await expect.poll(() => host.broker.census("app")?.connected).toBe(0);
    clock.tick(14_999);
    expect(await members()).toEqual(["bob"]);
    clock.tick(1);
    expect(await members()).toEqual([]);
  });
});

test("an attachment that gives up the presence mode takes its member off", async () => {
  const client = connectWire(host.port, { key: KEY, clientId: "bob" });
  await attachTo(client, "room");
  await enter(client, "room");
  client.send({ action: ACTION.attach, channel: "room", params: { modes: "subscribe,presence_subscribe" } });
  expect((await client.next({ action: ACTION.presence })).presence?.[0]).toMatchObject({
    action: ACTION.connect,
    clientId: "bob",
  });
  expect(((await client.next({ action: ACTION.attached })).flags ?? 0) & 1).toBe(0);
  expect(await members()).toEqual([]);
});

test("an attach that is refused ends the attachment that was, and takes its member off", async () => {
  const client = connectWire(host.port, { key: KEY, clientId: "bob" });
  await attachTo(client, "room");
  await enter(client, "room");
  client.send({ action: ACTION.attach, channel: "room", params: { modes: "nonsense" } });
  expect((await client.next({ action: ACTION.error, channel: "room" })).error?.code).toBe(40003);
  expect(await members()).toEqual([]);
  await host.rest().channels.get("room").publish("n", "not for bob");
  client.send({ action: ACTION.heartbeat, id: "after" });
  expect(await client.next({})).toEqual({ action: ACTION.heartbeat, id: "after" });
});

test.each([
  ["closes", { action: ACTION.close }, 8],
  ["breaks the rules", { action: 99 }, ACTION.error],
])("a client that publishes and %s at once is told of the publish first", async (_, frame, last) => {
  const client = connectWire(host.port, { key: KEY });
  await client.next({ action: ACTION.connected });
  client.send({ action: ACTION.message, channel: "room", msgSerial: 0, messages: [{ data: "last words" }] });
  client.send(frame);
  expect(await client.next({})).toMatchObject({ action: ACTION.ack, msgSerial: 0 });
  expect(await client.next({})).toMatchObject({ action: last });
});

test.each([
  ["detaches", { action: ACTION.detach }],
  ["gives up the presence mode", { action: ACTION.attach, params: { modes: "subscribe" } }],
])("a client that %s by one name stays present by the other", async (_, frame) => {
  const client = connectWire(host.port, { key: KEY, clientId: "bob" });
  client.send({ action: ACTION.attach, channel: "room" });
  client.send({ action: ACTION.attach, channel: "[?rewind=1]room" });
  client.send({
    action: ACTION.presence,
    channel: "room",
    msgSerial: 0,
    presence: [{ action: PRESENCE_ACTION.enter }],
  });
  client.send({ ...frame, channel: "[?rewind=1]room" });
  client.send({ action: ACTION.heartbeat, id: "after" });
  await client.next({ action: ACTION.heartbeat });
  expect(await members()).toEqual(["bob"]);
  client.send({ ...frame, channel: "room" });
  client.send({ action: ACTION.heartbeat, id: "after" });
  await client.next({ action: ACTION.heartbeat });
  expect(await members()).toEqual([]);
});
