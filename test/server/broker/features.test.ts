/** What a chat asks of a broker beyond the basics, through the SDK. */
import type * as Ably from "ably";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { APP, type BrokerHost, hostBroker, KEY, newRoom } from "./broker-host.ts";
import { connectWire, enter } from "./wire-client.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker({
    limits: { occupancyMs: 1 },
  });
});
afterAll(() => host.close());

/** An app whose rule posts to a port where nobody listens. */
const WATCHED = {
  ...APP,
  keys: [...APP.keys, { id: "operator", secret: "operator-secret", capability: { "[*]*": ["*"] } }],
  rules: [
    {
      id: "broken",
      requestMode: "single",
      source: { type: "channel.message", channelFilter: "^watched$" },
      target: { url: "http://127.0.0.1:1/", format: "json" },
    },
  ],
} as const;

function collect(channel: Ably.RealtimeChannel, count: number): Promise<Ably.InboundMessage[]> {
  return new Promise((resolve) => {
    const heard: Ably.InboundMessage[] = [];
    void channel.subscribe((message) => {
      heard.push(message);
      if (heard.length === count) resolve(heard);
    });
  });
}

test("a client without echo hears others only", async () => {
  const name = newRoom();
  const quiet = host.realtime({ echoMessages: false }).channels.get(name);
  await quiet.attach();
  const heard = collect(quiet, 1);
  await quiet.publish("n", "own");
  await host.rest().channels.get(name).publish("n", "another's");
  expect((await heard).map(({ data }) => data)).toEqual(["another's"]);
});

test("a message is updated, appended to and deleted, and every version is known", async () => {
  const channel = host.realtime({ clientId: "bob" }).channels.get(newRoom("mutable"));
  await channel.attach();
  const heard = collect(channel, 4);
  const { serials } = await channel.publish("n", "first");
  const serial = serials[0] ?? "";
  await channel.updateMessage({ serial, data: "second" });
  await channel.appendMessage({ serial, data: " and more" });
  await channel.deleteMessage({ serial }, { description: "a slip" });
  expect((await heard).map(({ action, data }) => [action, data])).toEqual([
    ["message.create", "first"],
    ["message.update", "second"],
    ["message.append", " and more"],
    ["message.delete", "second and more"],
  ]);
  const latest = await channel.getMessage(serial);
  expect(latest).toMatchObject({ serial, action: "message.delete", data: "second and more" });
  expect(latest.version).toMatchObject({ clientId: "bob", description: "a slip" });
  expect((await channel.getMessageVersions(serial)).items).toHaveLength(4);
  expect((await channel.history()).items.map(({ action }) => action)).toEqual(["message.delete"]);
});

test("an append is told as its piece only to those who were told what it is appended to", async () => {
  const name = newRoom("mutable");
  const publisher = host.realtime().channels.get(name);
  const early = host.realtime().channels.get(name);
  const earlyHeard = collect(early, 3);
  await early.attach();
  const { serials } = await publisher.publish("n", "one");
  const serial = serials[0] ?? "";
  const late = host.realtime().channels.get(name);
  const lateHeard = collect(late, 2);
  await late.attach();
  await publisher.appendMessage({ serial, data: " two" });
  await publisher.appendMessage({ serial, data: " three" });
  const told = (messages: readonly Ably.InboundMessage[]) => messages.map(({ action, data }) => [action, data]);
  expect(told(await earlyHeard)).toEqual([
    ["message.create", "one"],
    ["message.append", " two"],
    ["message.append", " three"],
  ]);
  expect(told(await lateHeard)).toEqual([
    ["message.update", "one two"],
    ["message.append", " three"],
  ]);
});

test("a message of an ordinary channel cannot be changed", async () => {
  const channel = host.realtime().channels.get(newRoom());
  const { serials } = await channel.publish("n", "d");
  await expect(channel.updateMessage({ serial: serials[0] ?? "", data: "e" })).rejects.toMatchObject({ code: 93002 });
});

test("occupancy is told to whoever asks for it", async () => {
  const name = newRoom();
  const channel = host.realtime().channels.get(name, { params: { occupancy: "metrics" } });
  const heard: Ably.InboundMessage[] = [];
  await channel.subscribe((message) => heard.push(message));
  await host.realtime().channels.get(name).attach();
  await expect.poll(() => heard.at(-1)?.data.metrics.connections).toBe(2);
  expect(heard.at(-1)?.name).toBe("[meta]occupancy");
});

test("an ephemeral message reaches who is there and nobody later", async () => {
  const channel = host.realtime().channels.get(newRoom());
  await channel.attach();
  const heard = collect(channel, 1);
  await channel.publish({ name: "n", data: "now", extras: { ephemeral: true } });
  expect((await heard)[0]?.data).toBe("now");
  expect((await channel.history()).items).toHaveLength(0);
});

test("extras.privileged needs a capability of its own and is shown to nobody", async () => {
  const name = newRoom();
  const message = { name: "n", data: "d", extras: { privileged: { skipRule: "*" }, headers: { a: "b" } } };
  const narrow = await host.rest().auth.requestToken({ capability: { [name]: ["publish", "history"] } });
  await expect(host.rest({ tokenDetails: narrow }).channels.get(name).publish(message)).rejects.toMatchObject({
    code: 40160,
  });
  await host.rest().channels.get(name).publish(message);
  expect((await host.rest().channels.get(name).history()).items[0]?.extras).toEqual({ headers: { a: "b" } });
});

test("a rule that fails is told on [meta]log, to whom it may concern", async () => {
  const clock = createFakeClock(Date.now());
  const alone = await hostBroker({ clock, apps: [WATCHED] });
  const log = alone.realtime({ key: "app.operator:operator-secret" }).channels.get("[meta]log");
  const heard: Ably.InboundMessage[] = [];
  await log.subscribe((message) => heard.push(message));
  expect(log.modes).toEqual(["subscribe"]);
  await expect(log.publish("n", "d")).rejects.toMatchObject({ code: 40160 });
  await expect(alone.realtime().channels.get("[meta]log").attach()).rejects.toMatchObject({ code: 40160 });
  await alone.rest().channels.get("watched").publish("n", "d");
  await expect
    .poll(
      () => {
        clock.tick(2000); // past the pauses between tries
        return heard.length;
      },
      { timeout: 10_000 }, // the HTTP client is loaded at the first request
    )
    .toBe(1);
  expect(heard[0]).toMatchObject({ data: { ruleId: "broken", error: { code: 70001 } } });
  await alone.close();
});

test("untilAttach gives the history up to the moment of attaching", async () => {
  const channel = host.realtime().channels.get(newRoom());
  await channel.publish("n", "before");
  await channel.attach();
  await channel.publish("n", "after");
  expect((await channel.history({ untilAttach: true })).items.map(({ data }) => data)).toEqual(["before"]);
});

test("a batch publishes to many channels and says what became of each", async () => {
  const [first, second] = [newRoom(), newRoom()];
  const result = await host.rest().batchPublish({ channels: [first, ":bad", second], messages: [{ data: "d" }] });
  expect(result).toMatchObject({ successCount: 2, failureCount: 1 });
  expect(result.results.map((each) => ("error" in each ? each.error.code : each.channel))).toEqual([
    first,
    40010,
    second,
  ]);
});

test("members of a lost connection come back with it", async () => {
  const alone = await hostBroker();
  const client = alone.realtime({ clientId: "bob" });
  const channel = client.channels.get("room");
  await channel.presence.enter("here");
  const back = client.connection.once("disconnected").then(() => channel.once("attached"));
  alone.cut();
  await back;
  const members = await alone.rest().channels.get("room").presence.get();
  expect(members.items.map(({ clientId, data }) => [clientId, data])).toEqual([["bob", "here"]]);
  await alone.close();
});

test("a connection that is lost again before it came back to its channels keeps them", async () => {
  const clock = createFakeClock(Date.now());
  const alone = await hostBroker({ clock });
  const first = connectWire(alone.port, { key: KEY, clientId: "bob" });
  const { connectionDetails } = await first.next({ action: ACTION.connected });
  first.send({ action: ACTION.attach, channel: "room" });
  const { channelSerial } = await first.next({ action: ACTION.attached });
  await enter(first, "room");
  first.end();
  await expect.poll(() => alone.broker.census("app")?.connected).toBe(0);
  const resume = { key: KEY, clientId: "bob", resume: String(connectionDetails?.connectionKey) };
  const second = connectWire(alone.port, resume);
  await second.next({ action: ACTION.connected });
  second.end();
  await expect.poll(() => alone.broker.census("app")?.connected).toBe(0);
  await alone.rest().channels.get("room").publish("n", "meanwhile");
  const third = connectWire(alone.port, resume);
  third.send({ action: ACTION.attach, channel: "room", channelSerial });
  expect(((await third.next({ action: ACTION.attached })).flags ?? 0) & 4).toBe(4);
  expect((await third.next({ action: ACTION.message })).messages?.[0]).toMatchObject({ data: "meanwhile" });
  expect((await alone.rest().channels.get("room").presence.get()).items).toHaveLength(1);
  await alone.close();
});

test("recovery hands a connection to another client, and the first cannot take it back", async () => {
  const name = newRoom();
  const first = host.realtime();
  await first.channels.get(name).attach();
  const { id } = first.connection;
  const recover = first.connection.createRecoveryKey() ?? "";
  const second = host.realtime({ recover });
  await second.connection.whenState("connected");
  expect(second.connection.id).toBe(id);
  await expect.poll(() => first.connection.state === "connected" && first.connection.id !== id).toBe(true);
});
