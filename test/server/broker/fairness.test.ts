/** What one client does leaves room for the others, and what all clients do leaves room for the team's own servers. */
import { afterEach, describe, expect, test } from "vitest";
import type { Limits } from "../../../server/broker/index.ts";
import { ACTION, PRESENCE_ACTION } from "../../../server/broker/wire/actions.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { type BrokerHost, hostBroker, KEY } from "./broker-host.ts";
import { attachTo, connectWire, type WireClient } from "./wire-client.ts";

let host: BrokerHost;
afterEach(() => host.close());

const clock = createFakeClock(Date.now());

async function start(limits: Partial<Limits>): Promise<void> {
  host = await hostBroker({ limits, clock });
}

const tokenOf = async (clientId?: string): Promise<string> =>
  (await host.rest().auth.requestToken(clientId === undefined ? {} : { clientId })).token;

function enter(access_token: string, query: Record<string, string> = {}): WireClient {
  return connectWire(host.port, { access_token, ...query });
}

const publish = (channel: string, msgSerial: number, count = 1) => ({
  action: ACTION.message,
  channel,
  msgSerial,
  messages: Array.from({ length: count }, () => ({ data: "d" })),
});

/** 0 for an acknowledged publish, else the code of the refusal. */
async function outcome(client: WireClient, frame: { msgSerial: number }): Promise<number> {
  client.send(frame);
  const { msgSerial } = frame;
  client.send({ action: ACTION.heartbeat, id: `after ${msgSerial}` });
  for (;;) {
    const answer = await client.next({});
    if (answer.action === ACTION.ack) return 0;
    if (answer.action === ACTION.nack) return answer.error?.code ?? -1;
  }
}

/** The status of a REST call by a token or a key. */
async function call(method: "GET" | "POST", path: string, by: { token: string } | { key: string }): Promise<string> {
  const authorization = "token" in by ? `Bearer ${by.token}` : `Basic ${Buffer.from(by.key).toString("base64")}`;
  const answer = await fetch(`http://127.0.0.1:${host.port}${path}`, {
    method,
    headers: { authorization, "content-type": "application/json" },
    ...(method === "POST" && { body: '{"data":"d"}' }),
  });
  return answer.headers.get("x-ably-errorcode") ?? String(answer.status);
}

describe("each message of a publish counts", () => {
  test("for the connection's rate", async () => {
    await start({ inboundRate: 2 });
    const client = connectWire(host.port, { key: KEY });
    expect(await outcome(client, publish("room", 0, 3))).toBe(42911);
    expect(await outcome(client, publish("room", 1, 2))).toBe(0);
  });

  test("for the channel's rate, over REST too, and what is refused uses nothing up", async () => {
    await start({ channelMessageRate: 2 });
    const client = connectWire(host.port, { key: KEY });
    expect(await outcome(client, publish("room", 0, 3))).toBe(42913);
    expect(await outcome(client, publish("room", 1, 1))).toBe(0);
    const three = { name: "n", data: "d" };
    await expect(host.rest().channels.get("room").publish([three, three])).rejects.toMatchObject({ code: 42913 });
    await host.rest().channels.get("room").publish([three]);
  });
});

describe("one client with many connections", () => {
  test("leaves a part of a channel's rate to others", async () => {
    await start({ channelMessageRate: 6, channelClientRate: 3 });
    const token = await tokenOf("mallory");
    const codes: number[] = [];
    for (let at = 0; at < 5; at++) codes.push(await outcome(enter(token), publish("room", 0)));
    expect(codes).toEqual([0, 0, 0, 42913, 42913]);
    const bob = enter(await tokenOf("bob"));
    expect([await outcome(bob, publish("room", 0, 3)), await outcome(bob, publish("room", 1))]).toEqual([0, 42913]);
  });

  test("publishes no more than one connection may, over REST too", async () => {
    await start({ clientRate: 2 });
    const token = await tokenOf("mallory");
    expect(await outcome(enter(token), publish("a", 0))).toBe(0);
    expect(await outcome(enter(token), publish("b", 0))).toBe(0);
    expect(await outcome(enter(token), publish("c", 0))).toBe(42910);
    expect(await call("POST", "/channels/d/messages", { token })).toBe("42910");
    expect(await outcome(enter(await tokenOf("bob")), publish("c", 0))).toBe(0);
  });

  test("that connects and leaves, again and again, fills nothing: its own lost connections give way", async () => {
    await start({ connections: 4, clientConnections: 2 });
    const token = await tokenOf("mallory");
    for (let at = 0; at < 6; at++) {
      const client = enter(token);
      await client.next({ action: ACTION.connected });
      client.end();
      await expect.poll(() => host.broker.census("app")?.connected).toBe(0);
    }
    expect(host.broker.census("app")?.connections).toBe(2);
    const stays = [enter(token), enter(token)];
    for (const client of stays) await client.next({ action: ACTION.connected });
    expect((await enter(token).next({ action: ACTION.error })).error?.code).toBe(40111);
    await enter(await tokenOf("bob")).next({ action: ACTION.connected });
  });

  test("is counted by its address when it has no client id", async () => {
    await start({ addressConnections: 1 });
    await enter(await tokenOf()).next({ action: ACTION.connected });
    expect((await enter(await tokenOf()).next({ action: ACTION.error })).error?.code).toBe(40111);
    await connectWire(host.port, { key: KEY }).next({ action: ACTION.connected });
  });
});

test("when the app is full, connections that are lost give way to new ones", async () => {
  await start({ connections: 2 });
  for (const clientId of ["bob", "eve"]) {
    const client = enter(await tokenOf(clientId));
    await client.next({ action: ACTION.connected });
    client.end();
  }
  await expect.poll(() => host.broker.census("app")?.connected).toBe(0);
  await enter(await tokenOf("carol")).next({ action: ACTION.connected });
  expect(host.broker.census("app")?.connections).toBe(2);
});

describe("rooms that nobody is in", () => {
  const history = async (name: string) => (await host.rest().channels.get(name).history()).items.length;

  test("give way to new ones, those of whoever has the most first", async () => {
    await start({ channels: 4 });
    const mallory = enter(await tokenOf("mallory"));
    const bob = enter(await tokenOf("bob"));
    expect(await outcome(bob, publish("bobs", 0))).toBe(0);
    for (const serial of [0, 1, 2]) expect(await outcome(mallory, publish(`spam-${serial}`, serial))).toBe(0);
    expect(await outcome(bob, publish("another", 1))).toBe(0);
    expect(await outcome(mallory, publish("spam-3", 3))).toBe(0);
    expect(await Promise.all(["bobs", "another", "spam-0", "spam-1"].map(history))).toEqual([1, 1, 0, 0]);
    expect(host.broker.census("app")?.channels).toBe(4);
  });

  test("do not give way when somebody is in them", async () => {
    await start({ channels: 2 });
    const client = connectWire(host.port, { key: KEY });
    for (const channel of ["a", "b", "c"]) client.send({ action: ACTION.attach, channel });
    expect(await client.next({ action: ACTION.error })).toMatchObject({ channel: "c", error: { code: 40114 } });
  });

  test("are told to be incomplete to whoever was in them and comes back", async () => {
    await start({ channels: 2 });
    const client = connectWire(host.port, { key: KEY });
    client.send({ action: ACTION.attach, channel: "a" });
    const { channelSerial } = await client.next({ action: ACTION.attached });
    client.send({ action: ACTION.detach, channel: "a" });
    await client.next({ action: ACTION.detached });
    for (const [at, room] of ["a", "b", "c"].entries()) expect(await outcome(client, publish(room, at))).toBe(0);
    client.send({ action: ACTION.attach, channel: "a", channelSerial });
    const told = await client.next({ action: ACTION.attached });
    expect([told.error?.code, (told.flags ?? 0) & 4]).toEqual([90003, 0]);
  });
});

test("what is not authenticated uses up nobody's token rate", async () => {
  await start({ tokenRate: 1 });
  for (let at = 0; at < 3; at++) {
    const answer = await fetch(`http://127.0.0.1:${host.port}/keys/app.root/requestToken`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ keyName: "app.root", mac: "garbage", nonce: "0123456789abcdef", timestamp: clock.now() }),
    });
    expect(answer.headers.get("x-ably-errorcode")).toBe("40101");
  }
  expect(await tokenOf("bob")).toBeTypeOf("string");
});

describe("whoever shows a key has a reserve", () => {
  test("of requests: one visitor's reads do not hold up the function's publishes", async () => {
    await start({ restRate: 4, clientRestRate: 100 });
    const token = await tokenOf("mallory");
    const read = () => call("GET", "/channels/room/messages", { token });
    expect([await read(), await read(), await read(), await read()]).toEqual(["200", "200", "200", "42918"]);
    expect(await call("POST", "/channels/room/messages", { key: KEY })).toBe("201");
  });

  test("of messages", async () => {
    await start({ messageRate: 4 });
    expect(await outcome(enter(await tokenOf("mallory")), publish("a", 0, 3))).toBe(0);
    expect(await outcome(enter(await tokenOf("eve")), publish("b", 0))).toBe(42917);
    expect(await call("POST", "/channels/b/messages", { key: KEY })).toBe("201");
  });

  test("and each client has a rate of its own", async () => {
    await start({ clientRestRate: 1 });
    const [mallory, bob] = [await tokenOf("mallory"), await tokenOf("bob")];
    const read = (token: string) => call("GET", "/channels/room/messages", { token });
    expect([await read(mallory), await read(mallory), await read(bob)]).toEqual(["200", "42918", "200"]);
  });
});

test("one client does not fill a presence set", async () => {
  await start({ presenceMembers: 4, clientPresenceMembers: 2 });
  const present = async (client: WireClient, clientIds: readonly string[]) => {
    await attachTo(client, "room");
    const presence = clientIds.map((clientId) => ({ action: PRESENCE_ACTION.enter, clientId }));
    return outcome(client, { action: ACTION.presence, channel: "room", msgSerial: 0, presence } as {
      msgSerial: number;
    });
  };
  const many = ["a", "b", "c"];
  expect(await present(enter(await tokenOf("*")), many)).toBe(91003);
  const token = await tokenOf("mallory");
  const codes: number[] = [];
  for (let at = 0; at < 3; at++) codes.push(await present(enter(token), ["mallory"]));
  expect(codes).toEqual([0, 0, 91003]);
  expect(await present(enter(await tokenOf("bob")), ["bob"])).toBe(0);
});

test("one client does not use up what a room may be told by coming and going", async () => {
  await start({ clientPresenceRate: 3 });
  const attach = async (client: WireClient): Promise<WireClient> => {
    await attachTo(client, "room");
    return client;
  };
  const come = (msgSerial: number) => ({
    action: ACTION.presence,
    channel: "room",
    msgSerial,
    presence: [{ action: msgSerial % 2 === 0 ? PRESENCE_ACTION.enter : PRESENCE_ACTION.leave }],
  });
  const token = await tokenOf("mallory");
  const [first, second] = [await attach(enter(token)), await attach(enter(token))];
  const codes = [];
  for (const at of [0, 1]) for (const client of [first, second]) codes.push(await outcome(client, come(at)));
  expect(codes).toEqual([0, 0, 0, 0]); // a leave beyond the rate frees, and is taken
  expect(await outcome(second, come(2))).toBe(42910);
  const bob = await attach(enter(await tokenOf("bob")));
  expect(await outcome(bob, come(0))).toBe(0);
  bob.send({ action: ACTION.sync, channel: "room" });
  const { presence } = await bob.next({ action: ACTION.sync });
  expect(presence?.map(({ clientId }) => clientId)).toEqual(["bob"]);
  await clock.advance(1_000);
  expect(await outcome(second, come(4))).toBe(0);
});
