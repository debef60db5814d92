/** The unmodified SDK is the referee: whatever it takes for granted must hold here. */
import type * as Ably from "ably";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BrokerHost, hostBroker, newRoom } from "./broker-host.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
});
afterAll(() => host.close());

function next(channel: Ably.RealtimeChannel): Promise<Ably.InboundMessage> {
  return new Promise((resolve) => {
    const listener = (message: Ably.InboundMessage) => {
      channel.unsubscribe(listener);
      resolve(message);
    };
    void channel.subscribe(listener);
  });
}

describe.each([
  ["msgpack", true],
  ["json", false],
])("a client that speaks %s", (_, useBinaryProtocol) => {
  test("connects, attaches with the default modes, publishes and hears itself", async () => {
    const client = host.realtime({ clientId: "bob", useBinaryProtocol });
    const channel = client.channels.get(newRoom());
    await channel.attach();
    expect(channel.modes).toEqual(["presence", "publish", "subscribe", "presence_subscribe", "annotation_publish"]);
    const heard = next(channel);
    const { serials } = await channel.publish("greeting", { text: "hello" });
    expect(await heard).toMatchObject({
      name: "greeting",
      data: { text: "hello" },
      clientId: "bob",
      connectionId: client.connection.id,
      serial: serials[0],
      action: "message.create",
    });
  });

  test("measures a ping that is never nothing", async () => {
    const { connection } = host.realtime({ useBinaryProtocol });
    await connection.whenState("connected");
    for (let i = 0; i < 10; i++) expect(await connection.ping()).toBeGreaterThan(0);
  });

  test("carries binary data unchanged to a client of the other format", async () => {
    const name = newRoom();
    const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
    const other = host.realtime({ useBinaryProtocol: !useBinaryProtocol }).channels.get(name);
    await other.attach();
    const heard = next(other);
    await host.realtime({ useBinaryProtocol }).channels.get(name).publish("bytes", bytes);
    expect(Buffer.from((await heard).data)).toEqual(bytes);
  });

  test("finds over REST what was published, newest first, page by page", async () => {
    const channel = host.rest({ useBinaryProtocol }).channels.get(newRoom());
    for (const text of ["one", "two", "three"]) await channel.publish("n", text);
    const first = await channel.history({ limit: 2 });
    expect(first.items.map(({ data }) => data)).toEqual(["three", "two"]);
    const second = await first.next();
    expect(second?.items.map(({ data }) => data)).toEqual(["one"]);
    expect(second?.isLast()).toBe(true);
  });

  test("enters, updates and leaves presence, and others see it", async () => {
    const name = newRoom();
    const watcher = host.realtime({ useBinaryProtocol }).channels.get(name);
    const seen: unknown[] = [];
    const left = new Promise<void>((resolve) => {
      void watcher.presence.subscribe(({ action, clientId, data }) => {
        seen.push([action, clientId, data]);
        if (action === "leave") resolve();
      });
    });
    await watcher.attach();
    const member = host.realtime({ clientId: "bob", useBinaryProtocol }).channels.get(name);
    await member.presence.enter("hi");
    await member.presence.update({ mood: "fine" });
    const late = host.realtime({ useBinaryProtocol }).channels.get(name);
    expect((await late.presence.get()).map(({ clientId, data }) => [clientId, data])).toEqual([
      ["bob", { mood: "fine" }],
    ]);
    await member.presence.leave();
    await left;
    expect(seen).toEqual([
      ["enter", "bob", "hi"],
      ["update", "bob", { mood: "fine" }],
      ["leave", "bob", { mood: "fine" }],
    ]);
  });
});

test("a token narrows what its holder may do", async () => {
  const { token } = await host.rest({ key: "app.narrow:narrow-secret" }).auth.requestToken({
    clientId: "eve",
    capability: { "out:lobby": ["subscribe"] },
  });
  const client = host.realtime({ token });
  const channel = client.channels.get("out:lobby");
  await channel.attach();
  expect(channel.modes).toEqual(["subscribe", "presence_subscribe"]);
  await expect(channel.publish("n", "d")).rejects.toMatchObject({ code: 40160, statusCode: 401 });
  await expect(client.channels.get("in:lobby").attach()).rejects.toMatchObject({ code: 40160 });
});

test("a token request is good once", async () => {
  const request = await host.rest().auth.createTokenRequest({ clientId: "bob" });
  const post = () =>
    fetch(`http://127.0.0.1:${host.port}/keys/${request.keyName}/requestToken`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
  expect((await post()).status).toBe(201);
  const again = await post();
  expect(again.status).toBe(401);
  expect(again.headers.get("content-type")).toBe("application/json");
  expect(again.headers.get("x-ably-errorcode")).toBe("40105");
});

test("a client resumes after its socket was cut, and misses nothing", async () => {
  const alone = await hostBroker();
  const client = alone.realtime();
  const channel = client.channels.get("room");
  await channel.attach();
  const { id } = client.connection;
  const heard = next(channel);
  const away = new Promise((resolve) => client.connection.once("disconnected", resolve));
  alone.cut();
  await away;
  await alone.rest().channels.get("room").publish("meanwhile", "you were away");
  expect((await heard).data).toBe("you were away");
  expect(client.connection.id).toBe(id);
  await alone.close();
});

test("rewind gives a newcomer the last messages", async () => {
  const name = newRoom();
  await host.rest().channels.get(name).publish("n", "before");
  await host.rest().channels.get(name).publish("n", "just before");
  const channel = host.realtime().channels.get(name, { params: { rewind: "1" } });
  expect((await next(channel)).data).toBe("just before");
});

test("an id is published once", async () => {
  const channel = host.rest().channels.get(newRoom());
  await channel.publish({ id: "only:0", name: "n", data: "d" });
  await channel.publish({ id: "only:0", name: "n", data: "d" });
  expect((await channel.history()).items).toHaveLength(1);
});

test("a wrong key fails the connection with 40101", async () => {
  const client = host.realtime({ key: "app.root:wrong" });
  const change = await client.connection.once("failed");
  expect(change.reason?.code).toBe(40101);
});
