/** What happens at each limit: Ably's code, and nothing else suffers. */
import { afterEach, describe, expect, test } from "vitest";
import type { Limits } from "../../../server/broker/index.ts";
import { ACTION, PRESENCE_ACTION } from "../../../server/broker/wire/actions.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { type BrokerHost, hostBroker, KEY } from "./broker-host.ts";
import { attachTo, connectWire, enter, type WireClient } from "./wire-client.ts";

let host: BrokerHost;
afterEach(() => host.close());

const clock = createFakeClock();

async function connected(limits: Partial<Limits>, query: Record<string, string> = {}): Promise<WireClient> {
  host = await hostBroker({ limits, clock });
  const client = connectWire(host.port, { key: KEY, clientId: "bob", ...query });
  await client.next({ action: ACTION.connected });
  return client;
}

async function attached(limits: Partial<Limits>, query: Record<string, string> = {}): Promise<WireClient> {
  const client = await connected(limits, query);
  await attachTo(client, "room");
  return client;
}

const publish = (msgSerial: number, data = "d") => ({
  action: ACTION.message,
  channel: "room",
  msgSerial,
  messages: [{ data }],
});

describe("a publish is refused", () => {
  test("with 40009 when it is too large, and the next one is not", async () => {
    const client = await attached({ messageBytes: 10 });
    client.send(publish(0, "12345678901"));
    expect((await client.next({ action: ACTION.nack })).error).toMatchObject({ code: 40009, statusCode: 413 });
    client.send(publish(1, "1234567890"));
    expect(await client.next({ action: ACTION.ack })).toMatchObject({ msgSerial: 1, count: 1 });
  });

  test("with 40034 when it holds too many messages", async () => {
    const client = await attached({ messagesPerPublish: 2 });
    client.send({ ...publish(0), messages: [{}, {}, {}] });
    expect((await client.next({ action: ACTION.nack })).error?.code).toBe(40034);
  });

  test("with 42911 beyond the connection's rate, until the next second", async () => {
    const client = await attached({ inboundRate: 2 });
    for (const serial of [0, 1, 2]) client.send(publish(serial));
    expect(await client.next({ action: ACTION.nack })).toMatchObject({
      msgSerial: 2,
      error: { code: 42911, statusCode: 429 },
    });
    clock.tick(1000);
    client.send(publish(3));
    expect(await client.next({ action: ACTION.ack, msgSerial: 3 })).toBeDefined();
  });

  test("with 42913 beyond the channel's rate", async () => {
    const client = await attached({ channelMessageRate: 2 });
    for (const serial of [0, 1, 2]) client.send(publish(serial));
    expect((await client.next({ action: ACTION.nack })).error?.code).toBe(42913);
  });

  test("with 42914 beyond the channel's byte rate", async () => {
    const client = await attached({ channelByteRate: 5 });
    client.send(publish(0, "123456"));
    expect((await client.next({ action: ACTION.nack })).error?.code).toBe(42914);
  });

  test("with 42917 beyond the app's rate, whatever the channel, until the next second", async () => {
    const client = await attached({ messageRate: 2 });
    client.send({ ...publish(0), messages: [{}, {}] });
    client.send({ ...publish(1), channel: "another" });
    expect(await client.next({ action: ACTION.nack })).toMatchObject({
      msgSerial: 1,
      error: { code: 42917, statusCode: 429 },
    });
    clock.tick(1000);
    client.send({ ...publish(2), channel: "another" });
    expect(await client.next({ action: ACTION.ack, msgSerial: 2 })).toBeDefined();
  });

  test("over REST with status 413 and the code in body and headers", async () => {
    host = await hostBroker({ limits: { messageBytes: 10 } });
    const answer = await fetch(`http://127.0.0.1:${host.port}/channels/room/messages?key=${KEY}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ data: "12345678901" }),
    });
    expect(answer.status).toBe(413);
    expect(answer.headers.get("x-ably-errorcode")).toBe("40009");
    expect(await answer.json()).toMatchObject({ error: { code: 40009, statusCode: 413 } });
  });
});

describe("a connection is ended", () => {
  test("with 42921 when it publishes far beyond its rate", async () => {
    const client = await attached({ inboundRate: 1, inboundFatalFactor: 2 });
    for (const serial of [0, 1, 2]) client.send(publish(serial));
    expect((await client.next({ action: ACTION.error })).error?.code).toBe(42921);
    expect(await client.closed).toBe(1008);
  });

  test("with 42924 when it sends too many frames", async () => {
    const client = await connected({ frameRate: 2, inboundRate: 0 });
    for (let i = 0; i < 3; i++) client.send({ action: ACTION.heartbeat, id: String(i) });
    expect((await client.next({ action: ACTION.error })).error?.code).toBe(42924);
  });

  test("with 1009 when a frame is too large", async () => {
    const client = await connected({ frameBytes: 100 });
    client.send(publish(0, "x".repeat(200)));
    expect(await client.closed).toBe(1009);
  });

  test("with 80020 when it reads too slowly, and others hear everything", async () => {
    const slow = await attached({ outboxBytes: 1000, slowReaderMs: 60_000 });
    slow.pause();
    const channel = host.realtime().channels.get("room");
    await channel.attach();
    let sent = 0;
    const everything = new Promise<void>((resolve) => {
      void channel.subscribe(() => {
        if (--sent === 0) resolve();
      });
    });
    // the system takes some megabytes before the broker has to keep anything
    for (let i = 0; i < 40; i++) {
      clock.tick(1000);
      sent += 8;
      await Promise.all(Array.from({ length: 8 }, () => channel.publish("n", "x".repeat(60_000))));
    }
    await everything;
    slow.resume();
    expect((await slow.next({ action: ACTION.disconnected })).error?.code).toBe(80020);
    expect(await slow.closed).toBe(1013);
  });
});

test("a connection beyond the app's number is refused with 40111", async () => {
  await connected({ connections: 1 });
  const other = connectWire(host.port, { key: KEY });
  expect((await other.next({ action: ACTION.error })).error?.code).toBe(40111);
});

test("a connection beyond the app's rate is told with 80021 to come back later", async () => {
  await connected({ connectionRate: 1 });
  const early = connectWire(host.port, { key: KEY });
  expect((await early.next({ action: ACTION.disconnected })).error).toMatchObject({ code: 80021, statusCode: 429 });
  clock.tick(1000);
  const late = connectWire(host.port, { key: KEY });
  expect(await late.next({ action: ACTION.connected })).toBeDefined();
});

test("a channel beyond the app's rate is refused with 90021", async () => {
  const client = await attached({ channelRate: 1 });
  client.send({ action: ACTION.attach, channel: "another" });
  expect((await client.next({ action: ACTION.error })).error?.code).toBe(90021);
});

test("a token request beyond the app's rate is refused with 42910", async () => {
  host = await hostBroker({ limits: { tokenRate: 1 }, clock: createFakeClock(Date.now()) });
  const { auth } = host.rest();
  await auth.requestToken();
  await expect(auth.requestToken()).rejects.toMatchObject({ code: 42910, statusCode: 429 });
});

test("a channel beyond the connection's number is refused with 90010", async () => {
  const client = await attached({ channelsPerConnection: 1 });
  client.send({ action: ACTION.attach, channel: "another" });
  expect(await client.next({ action: ACTION.error })).toMatchObject({ channel: "another", error: { code: 90010 } });
});

test("a channel beyond the app's number is refused with 40114", async () => {
  const client = await attached({ channels: 1 });
  client.send({ action: ACTION.attach, channel: "another" });
  expect((await client.next({ action: ACTION.error })).error?.code).toBe(40114);
});

test("a member beyond the channel's number is refused with 91003", async () => {
  const client = await attached({ presenceMembers: 1 });
  await enter(client, "room");
  const other = connectWire(host.port, { key: KEY, clientId: "eve" });
  await attachTo(other, "room");
  other.send({ action: ACTION.presence, channel: "room", msgSerial: 0, presence: [{ action: PRESENCE_ACTION.enter }] });
  expect((await other.next({ action: ACTION.nack })).error?.code).toBe(91003);
});

test("members that carry more than the app has room for are refused with 91003, and leaving makes room", async () => {
  const client = await attached({ presenceBytes: 20 });
  const say = (msgSerial: number, channel: string, action: number, data: string) =>
    client.send({ action: ACTION.presence, channel, msgSerial, presence: [{ action, data }] });
  await attachTo(client, "another");
  say(0, "room", 2, "x".repeat(10)); // and three bytes of the client id
  expect(await client.next({ action: ACTION.ack })).toMatchObject({ msgSerial: 0 });
  say(1, "another", 2, "x".repeat(10));
  expect(await client.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 1, error: { code: 91003 } });
  say(2, "room", 4, "x".repeat(17));
  expect(await client.next({ action: ACTION.ack })).toMatchObject({ msgSerial: 2 });
  say(3, "room", 4, "x".repeat(18));
  expect(await client.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 3, error: { code: 91003 } });
  say(4, "room", 3, "");
  say(5, "another", 2, "x".repeat(17));
  expect(await client.next({ action: ACTION.ack })).toMatchObject({ msgSerial: 4, count: 2 });
});

test("messages beyond the outbound rate are dropped, and the client is told with 80020", async () => {
  const client = await attached({ outboundRate: 2 });
  const channel = host.rest().channels.get("room");
  for (const text of ["1", "2", "3", "4"]) await channel.publish("n", text);
  await client.next({ action: ACTION.message });
  await client.next({ action: ACTION.message });
  clock.tick(1000);
  const told = await client.next({ action: ACTION.attached });
  expect(told.error?.code).toBe(80020);
  expect((told.flags ?? 0) & 4).toBe(0);
  await channel.publish("n", "5");
  expect((await client.next({ action: ACTION.message })).messages?.[0]).toMatchObject({ data: "5" });
});

test("an id is good again after the idempotency window", async () => {
  const client = await attached({ idempotencyMs: 1000 });
  const send = (msgSerial: number) => client.send({ ...publish(msgSerial), messages: [{ id: "same", data: "d" }] });
  send(0);
  const first = (await client.next({ action: ACTION.ack })).res?.[0]?.serials;
  send(1);
  expect((await client.next({ action: ACTION.ack })).res?.[0]?.serials).toEqual(first);
  clock.tick(1001);
  send(2);
  expect((await client.next({ action: ACTION.ack })).res?.[0]?.serials).not.toEqual(first);
});

test("what is older than the history window is gone, and with it the channel", async () => {
  host = await hostBroker({ clock });
  const channel = host.rest().channels.get("room");
  await channel.publish("n", "d");
  expect((await channel.history()).items).toHaveLength(1);
  expect(host.broker.census("app")?.channels).toBe(1);
  clock.tick(121_000);
  expect((await channel.history()).items).toHaveLength(0);
  expect(host.broker.census("app")?.channels).toBe(0);
});

test("a lost connection is forgotten after the session's time, and its members leave before", async () => {
  const client = await attached({});
  await enter(client, "room");
  client.end();
  const watcher = connectWire(host.port, { key: KEY });
  watcher.send({ action: ACTION.attach, channel: "room" });
  await watcher.next({ action: ACTION.sync });
  await expect.poll(() => host.broker.census("app")?.connected).toBe(1);
  clock.tick(15_000);
  expect((await watcher.next({ action: ACTION.presence })).presence?.[0]).toMatchObject({
    action: PRESENCE_ACTION.leave,
    clientId: "bob",
  });
  expect(host.broker.census("app")?.connections).toBe(2);
  clock.tick(105_000);
  expect(host.broker.census("app")?.connections).toBe(1);
});

test("a page beyond the maximum is refused with 40003", async () => {
  host = await hostBroker();
  await expect(host.rest().channels.get("room").history({ limit: 1001 })).rejects.toMatchObject({ code: 40003 });
});

test("REST requests beyond the app's rate are refused with 42918", async () => {
  host = await hostBroker({ limits: { restRate: 1 }, clock });
  const rest = host.rest();
  await rest.channels.get("room").history();
  await expect(rest.channels.get("room").history()).rejects.toMatchObject({ code: 42918, statusCode: 429 });
});

test("a REST body beyond the maximum is refused with 40009", async () => {
  host = await hostBroker({ limits: { bodyBytes: 30 } });
  const post = (data: string) =>
    fetch(`http://127.0.0.1:${host.port}/channels/room/messages?key=${KEY}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ data }),
    });
  expect((await post("x".repeat(19))).status).toBe(201);
  const answer = await post("x".repeat(20));
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ error: { code: 40009 } });
});

describe("history keeps the newest", () => {
  const data = async (name: string): Promise<unknown[]> =>
    (await host.rest().channels.get(name).history()).items.map((message) => message.data);

  test("publishes of a channel, by number", async () => {
    host = await hostBroker({ limits: { historyPublishes: 2 } });
    for (const text of ["1", "2", "3"]) await host.rest().channels.get("room").publish("n", text);
    expect(await data("room")).toEqual(["3", "2"]);
  });

  test("bytes of a channel", async () => {
    host = await hostBroker({ limits: { historyBytes: 100_000 } });
    for (const text of ["1", "2", "3"]) await host.rest().channels.get("room").publish("n", text.repeat(40_000));
    expect(await data("room")).toEqual(["3", "2"].map((text) => text.repeat(40_000)));
  });

  test("bytes of all channels, at the cost of the one that publishes", async () => {
    host = await hostBroker({ limits: { appHistoryBytes: 100_000 } });
    await host.rest().channels.get("quiet").publish("n", "q".repeat(40_000));
    for (const text of ["1", "2"]) await host.rest().channels.get("busy").publish("n", text.repeat(40_000));
    expect(await data("busy")).toEqual(["2".repeat(40_000)]);
    expect(await data("quiet")).toEqual(["q".repeat(40_000)]);
  });

  test("changes of a message, and its first version", async () => {
    host = await hostBroker({ limits: { messageVersions: 2 } });
    const channel = host.rest().channels.get("mutable:room");
    const { serials } = await channel.publish("n", "1");
    const serial = serials[0] ?? "";
    for (const text of ["2", "3", "4"]) await channel.updateMessage({ serial, data: text });
    expect((await channel.getMessage(serial)).data).toBe("4");
    const versions = await channel.getMessageVersions(serial);
    expect(versions.items.map((message) => message.data)).toEqual(["1", "3", "4"]);
  });
});

test("of many publish ids the oldest is forgotten, and is good again", async () => {
  const client = await attached({ idempotencyIds: 2 });
  const send = (msgSerial: number, id: string) => client.send({ ...publish(msgSerial), messages: [{ id, data: "d" }] });
  const serials = async () => (await client.next({ action: ACTION.ack })).res?.[0]?.serials;
  const first: unknown[] = [];
  for (const [at, id] of ["a", "b", "c"].entries()) {
    send(at, id);
    first.push(await serials());
  }
  send(3, "c");
  expect(await serials()).toEqual(first[2]);
  send(4, "a");
  expect(await serials()).not.toEqual(first[0]);
});

test("a token request beyond the nonces that can be remembered is refused with 42910, until they are old", async () => {
  host = await hostBroker({ limits: { nonces: 1 }, clock });
  const request = (nonce: string) =>
    host
      .rest()
      .auth.requestToken({ nonce: nonce.repeat(16), timestamp: clock.now(), capability: { "*": ["publish"] } });
  await request("a");
  await expect(request("b")).rejects.toMatchObject({ code: 42910, statusCode: 429 });
  clock.tick(241_000);
  expect((await request("b")).token).toBeTruthy();
});

describe("revocations", () => {
  const revoke = (...clientIds: string[]) =>
    host
      .rest({ key: "app.revocable:revocable-secret" })
      .auth.revokeTokens(clientIds.map((value) => ({ type: "clientId", value })));

  test("of too many targets at once are refused with 40003", async () => {
    host = await hostBroker({ limits: { revocationTargets: 2 } });
    expect(await revoke("a", "b")).toMatchObject({ successCount: 2 });
    await expect(revoke("a", "b", "c")).rejects.toMatchObject({ code: 40003 });
  });

  test("beyond those that can be remembered are refused with 42910", async () => {
    host = await hostBroker({ limits: { revocations: 2 } });
    await revoke("a", "b");
    expect(await revoke("c")).toMatchObject({ failureCount: 1, results: [{ error: { code: 42910 } }] });
  });
});

test("a token lives no longer than its key allows: beyond, 40003", async () => {
  host = await hostBroker({ limits: { tokenMaxTtlMs: 5000, revocableTokenMaxTtlMs: 3000 } });
  const request = (key: string, ttl: number) => host.rest({ key }).auth.requestToken({ ttl });
  expect((await request(KEY, 5000)).token).toBeTruthy();
  await expect(request(KEY, 5001)).rejects.toMatchObject({ code: 40003 });
  const revocable = "app.revocable:revocable-secret";
  expect((await request(revocable, 3000)).token).toBeTruthy();
  await expect(request(revocable, 3001)).rejects.toMatchObject({ code: 40003 });
});

test("a quiet client hears a heartbeat as often as it was told", async () => {
  host = await hostBroker({ limits: { heartbeatMs: 5000 }, clock });
  const client = connectWire(host.port, { key: KEY, heartbeats: "true" });
  expect((await client.next({ action: ACTION.connected })).connectionDetails).toMatchObject({ maxIdleInterval: 5000 });
  clock.tick(5000);
  expect(await client.next({ action: ACTION.heartbeat })).toBeDefined();
});

test("a lost connection's members leave when the time they stay present is over", async () => {
  const client = await attached({ remainPresentMs: 2000 });
  await enter(client, "room");
  const watcher = connectWire(host.port, { key: KEY });
  watcher.send({ action: ACTION.attach, channel: "room" });
  await watcher.next({ action: ACTION.sync });
  client.end();
  await expect.poll(() => host.broker.census("app")?.connected).toBe(1);
  clock.tick(2000);
  expect((await watcher.next({ action: ACTION.presence })).presence?.[0]).toMatchObject({
    action: PRESENCE_ACTION.leave,
    clientId: "bob",
  });
});
