/** What Ably documents and other clients were seen to rely on. */
import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACTION, MODE, PRESENCE_ACTION } from "../../../server/broker/wire/actions.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";
import { APP, type BrokerHost, hostBroker, KEY } from "./broker-host.ts";
import { connectWire, type WireClient } from "./wire-client.ts";

let host: BrokerHost;
let clock: FakeClock;
beforeEach(async () => {
  clock = createFakeClock(Date.now());
  host = await hostBroker({
    clock,
    apps: [
      {
        ...APP,
        keys: [...APP.keys, { id: "operator", secret: "s", capability: { "[*]*": ["*"] } }],
        namespaces: [...APP.namespaces, { id: "kept", persisted: true }],
      },
    ],
  });
});
afterEach(() => host.close());

function jwt(claims: Record<string, unknown>, keyName = "app.root"): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: keyName })
    .setIssuedAt(Math.floor(clock.now() / 1000))
    .setExpirationTime(Math.floor(clock.now() / 1000) + 3600)
    .sign(Buffer.from("root-secret"));
}

const EVERYTHING = { "x-ably-capability": '{"*":["*"]}' };

/** A JWT is checked while the socket is open already: nothing is heard before CONNECTED. */
async function connected(access_token: string): Promise<WireClient> {
  const client = connectWire(host.port, { access_token });
  await client.next({ action: ACTION.connected });
  return client;
}

async function attached(client: WireClient, channel: string, fields: object = {}) {
  client.send({ action: ACTION.attach, channel, ...fields });
  return client.next({ channel });
}

const publish = (channel: string, msgSerial: number, message: object = { data: "d" }) => ({
  action: ACTION.message,
  channel,
  msgSerial,
  messages: [message],
});

const extrasOf = ({ messages, presence }: { messages?: readonly object[]; presence?: readonly object[] }) =>
  Object(messages?.[0] ?? presence?.[0]).extras;

describe("credentials", () => {
  const status = async (authorization: string) => {
    const url = `http://127.0.0.1:${host.port}/channels/room/messages`;
    const answer = await fetch(url, { headers: { authorization } });
    return [answer.status, answer.headers.get("x-ably-errorcode")];
  };

  test("of an app that is not known are refused with 401 and 40101 for a key, and with 404 for a JWT", async () => {
    expect(await status(`Basic ${Buffer.from("nobody.root:secret").toString("base64")}`)).toEqual([401, "40101"]);
    expect(await status(`Bearer ${await jwt(EVERYTHING, "nobody.root")}`)).toEqual([404, "40400"]);
  });

  test("that are a JWT without a capability are worth what the key is: so does the SDK's own suite use them", async () => {
    expect(await status(`Bearer ${await jwt({})}`)).toEqual([200, null]);
    expect(await status(`Bearer ${await jwt({ "x-ably-capability": '{"other":["*"]}' })}`)).toEqual([401, "40160"]);
  });
});

describe("claims of a JWT", () => {
  test("go out on messages and members of the channels that they are for, and nobody can make one up", async () => {
    const claims = {
      ...EVERYTHING,
      "x-ably-clientId": "bob",
      "ably.channel.team:*": "member",
      "ably.channel.team:a": "lead",
    };
    const client = await connected(await jwt(claims));
    for (const [channel, claim] of [
      ["team:a", "lead"],
      ["team:b", "member"],
      ["other", undefined],
    ] as const) {
      await attached(client, channel);
      client.send(publish(channel, 0, { data: "d", extras: { headers: { a: "b" } } }));
      expect(extrasOf(await client.next({ action: ACTION.message, channel }))).toEqual({
        headers: { a: "b" },
        ...(claim !== undefined && { userClaim: claim }),
      });
    }
    client.send({
      action: ACTION.presence,
      channel: "team:a",
      msgSerial: 3,
      presence: [{ action: PRESENCE_ACTION.enter }],
    });
    expect(extrasOf(await client.next({ action: ACTION.presence }))).toEqual({ userClaim: "lead" });
    client.send(publish("other", 4, { extras: { userClaim: "lead" } }));
    expect((await client.next({ action: ACTION.nack })).error?.code).toBe(40032);
  });

  test("go out on what is published over REST", async () => {
    const client = host.rest({ token: await jwt({ ...EVERYTHING, "ably.channel.*": "guest" }) });
    await client.channels.get("room").publish("n", "d");
    expect((await host.rest().channels.get("room").history()).items[0]?.extras).toEqual({ userClaim: "guest" });
  });

  test("limit what one attachment publishes in a second", async () => {
    const limit = { "ably.limits.publish.perAttachment.maxRate.slow:*": 2 };
    const client = await connected(await jwt({ ...EVERYTHING, ...limit }));
    for (const [at, channel] of ["slow:a", "slow:a", "slow:b", "fast", "slow:a"].entries())
      client.send(publish(channel, at));
    expect(await client.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 4, error: { code: 42911 } });
    clock.tick(1000);
    client.send(publish("slow:a", 5));
    expect(await client.next({ action: ACTION.ack, msgSerial: 5 })).toBeDefined();
  });

  test("that are no text or number are refused", async () => {
    for (const claims of [{ "ably.channel.*": 7 }, { "ably.limits.publish.perAttachment.maxRate.*": "fast" }]) {
      const client = connectWire(host.port, { access_token: await jwt({ ...EVERYTHING, ...claims }) });
      expect((await client.next({ action: ACTION.error })).error?.code).toBe(40144);
    }
  });
});

describe("continuity", () => {
  test.each([
    ["kept for two minutes", 100_000, true],
    ["lost after that, though the history has it all", 135_000, false],
  ])("of a persisted channel is %s", async (_, away, resumed) => {
    const client = connectWire(host.port, { key: KEY });
    const { channelSerial } = await attached(client, "kept:room");
    client.end();
    clock.tick(1000);
    await host.rest().channels.get("kept:room").publish("n", "missed");
    clock.tick(away);
    const again = connectWire(host.port, { key: KEY });
    const told = await attached(again, "kept:room", { channelSerial });
    expect([((told.flags ?? 0) & 4) !== 0, told.error?.code]).toEqual([resumed, resumed ? undefined : 90003]);
    expect((await host.rest().channels.get("kept:room").history()).items).toHaveLength(1);
  });

  test("of a quiet channel lasts", async () => {
    const client = connectWire(host.port, { key: KEY });
    const { channelSerial } = await attached(client, "kept:room");
    await attached(connectWire(host.port, { key: KEY }), "kept:room");
    for (let minute = 0; minute < 10; minute++) clock.tick(60_000);
    await host.rest().channels.get("kept:room").publish("n", "new");
    const again = connectWire(host.port, { key: KEY });
    expect(((await attached(again, "kept:room", { channelSerial })).flags ?? 0) & 4).toBe(4);
    expect((await again.next({ action: ACTION.message })).messages?.[0]).toMatchObject({ data: "new" });
  });
});

describe("rewind", () => {
  const filled = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at++) {
      await host.rest().channels.get("room").publish("n", String(at));
      if (at % 40 === 39) clock.tick(1000);
    }
  };

  test.each(["150", "2m"])("%s over more than 100 messages brings the newest 100 and 90004", async (rewind) => {
    await filled(101);
    const client = connectWire(host.port, { key: KEY });
    const told = await attached(client, "room", { params: { rewind } });
    expect(told).toMatchObject({ action: ACTION.attached, error: { code: 90004 } });
    expect((await client.next({ action: ACTION.message })).messages?.[0]).toMatchObject({ data: "1" });
  });

  test.each(["100", "2m"])("%s over 100 messages brings them all", async (rewind) => {
    await filled(100);
    const client = connectWire(host.port, { key: KEY });
    const told = await attached(client, "room", { params: { rewind } });
    expect(told.error).toBeUndefined();
    expect((await client.next({ action: ACTION.message })).messages?.[0]).toMatchObject({ data: "0" });
  });
});

test("members may carry locks, as @ably/spaces needs them; messages may not", async () => {
  const client = connectWire(host.port, { key: KEY, clientId: "bob" });
  await attached(client, "room");
  const extras = { locks: [{ id: "slide-1", status: "pending", timestamp: 1, attributes: { a: "b" } }] };
  client.send({
    action: ACTION.presence,
    channel: "room",
    msgSerial: 0,
    presence: [{ action: PRESENCE_ACTION.enter, extras }],
  });
  expect(extrasOf(await client.next({ action: ACTION.presence }))).toEqual(extras);
  client.send(publish("room", 1, { extras }));
  expect((await client.next({ action: ACTION.nack })).error?.code).toBe(40032);
});

test.each([
  [{ a: "b", c: 1, d: true, e: null }, 0],
  [{ a: { b: "c" } }, 40032],
  [{ a: ["b"] }, 40032],
  [["a"], 40032],
  ["a", 40032],
])("extras.headers %j: %i", async (headers, code) => {
  const client = connectWire(host.port, { key: KEY });
  client.send(publish("room", 0, { extras: { headers } }));
  const answer = await client.next({ msgSerial: 0 });
  expect(answer.error?.code ?? 0).toBe(code);
});

test("an attach with modes of objects alone is refused for that reason", async () => {
  const client = connectWire(host.port, { key: KEY });
  const { error } = await attached(client, "room", { flags: MODE.objectSubscribe | MODE.objectPublish });
  expect(error).toMatchObject({ code: 40000, message: expect.stringContaining("objects") });
  expect((await attached(client, "room", { flags: MODE.objectSubscribe | MODE.subscribe })).error).toBeUndefined();
});

describe("the broker's own channels tell", () => {
  const entryOf = ({ messages }: { messages?: readonly object[] }) => {
    const { name, data } = Object(messages?.[0]);
    return [name, JSON.parse(data)];
  };

  test("of channels that open and close", async () => {
    const operator = connectWire(host.port, { key: "app.operator:s" });
    await attached(operator, "[meta]channel.lifecycle");
    const client = connectWire(host.port, { key: KEY });
    await attached(client, "room");
    const [name, entry] = entryOf(await operator.next({ action: ACTION.message }));
    expect([name, entry.channelId, entry.status.isActive]).toEqual(["channel.opened", "room", true]);
    client.send({ action: ACTION.detach, channel: "room" });
    expect(entryOf(await operator.next({ action: ACTION.message }))).toMatchObject([
      "channel.closed",
      { channelId: "room", status: { isActive: false } },
    ]);
  });

  test("of connections that begin and end", async () => {
    const operator = connectWire(host.port, { key: "app.operator:s" });
    await attached(operator, "[meta]connection.lifecycle");
    const client = connectWire(host.port, { key: KEY, clientId: "bob" });
    const { connectionId } = await client.next({ action: ACTION.connected });
    expect(entryOf(await operator.next({ action: ACTION.message }))).toEqual([
      "connection.opened",
      { connectionId, clientId: "bob" },
    ]);
    client.send({ action: ACTION.close });
    expect(entryOf(await operator.next({ action: ACTION.message }))).toEqual([
      "connection.closed",
      { connectionId, clientId: "bob" },
    ]);
  });
});

describe("what the broker has not says so", () => {
  const answerOf = async (path: string) => {
    const authorization = `Basic ${Buffer.from(KEY).toString("base64")}`;
    const answer = await fetch(`http://127.0.0.1:${host.port}${path}`, { headers: { authorization } });
    return [answer.status, await answer.json()];
  };

  test.each([
    "/sse?channels=room",
    "/event-stream?channels=room",
    "/chat/v4/rooms/room/messages",
    "/push/deviceRegistrations",
    "/channels/room/objects",
  ])("%s is no path of it", async (path) => {
    expect(await answerOf(path)).toEqual([404, { error: expect.objectContaining({ code: 40400 }) }]);
  });

  test("statistics are empty", async () => {
    expect(await answerOf("/stats")).toEqual([200, []]);
  });

  test("a filtered channel is refused, and the connection goes on", async () => {
    const client = connectWire(host.port, { key: KEY });
    expect((await attached(client, "[filter=bmFtZSA9PSBgImEiYA==]room")).error?.code).toBe(40010);
    expect((await attached(client, "room")).error).toBeUndefined();
  });
});
