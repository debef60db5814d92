/** `params.delta`, with the SDK and the decoder that goes with it. */
import { decode } from "@ably/vcdiff-decoder";
import * as Ably from "ably";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { createChance } from "../../system/hostile/random.ts";
import { type BrokerHost, hostBroker, KEY, newRoom } from "./broker-host.ts";
import { connectWire, type Frame, type WireClient } from "./wire-client.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
});
afterAll(() => host.close());

const TEXT = "a sentence that stays as it is, and a number that does not: ";
const state = (count: number) => ({ foo: "bar", count, status: count % 2 === 0 ? "active" : "inactive" });
const binary = (count: number) => Buffer.concat([createChance(7).bytes(200), Buffer.from([count])]);

interface Watcher {
  readonly client: Ably.Realtime;
  readonly channel: Ably.RealtimeChannel;
  /** What came so far, once there are so many. */
  heard(count: number): Promise<Ably.InboundMessage[]>;
  /** How often the decoder was asked. */
  readonly decoded: number;
  /** Why the channel attached again. */
  readonly reasons: (number | undefined)[];
}

interface Watch extends Partial<Ably.ClientOptions> {
  readonly params?: Ably.ChannelParams;
  readonly cipher?: Ably.CipherParamOptions;
  /** Fails the calls with these numbers, counted from 1. */
  readonly fails?: readonly number[];
  readonly at?: BrokerHost;
}

/** Attaches with deltas and takes down what comes. */
async function watch(name: string, given: Watch = {}): Promise<Watcher> {
  const { params, cipher, fails = [], at = host, ...options } = given;
  let decoded = 0;
  const vcdiff = {
    decode(delta: Uint8Array, base: Uint8Array): Uint8Array {
      decoded++;
      if (fails.includes(decoded)) throw new Error("asked to fail");
      return decode(delta, base);
    },
  };
  const client = at.realtime({ plugins: { vcdiff }, ...options });
  const channel = client.channels.get(name, {
    params: { delta: "vcdiff", ...params },
    ...(cipher !== undefined && { cipher }),
  });
  const reasons: (number | undefined)[] = [];
  const messages: Ably.InboundMessage[] = [];
  let heard = (): void => {};
  await channel.subscribe((message) => {
    messages.push(message);
    heard();
  });
  channel.on("attaching", ({ reason }) => reasons.push(reason?.code));
  return {
    client,
    channel,
    reasons,
    get decoded() {
      return decoded;
    },
    heard: (count) =>
      new Promise((resolve) => {
        heard = () => {
          if (messages.length >= count) resolve([...messages]);
        };
        heard();
      }),
  };
}

const datas = (messages: readonly Ably.InboundMessage[]): unknown[] =>
  messages.map(({ data }) => (data instanceof Uint8Array ? Buffer.from(data) : data));

describe.each([
  ["msgpack", true],
  ["json", false],
])("a client that speaks %s", (_, useBinaryProtocol) => {
  test.each<[string, (count: number) => unknown]>([
    ["text", (count: number) => TEXT + count],
    ["text of many scripts", (count: number) => `naïve 日本語 🎉 ${"é".repeat(20)} ${count} 🎉`],
    ["JSON", state],
    ["binary", binary],
  ])("gets %s whole once and then as deltas", async (_, data) => {
    const name = newRoom();
    const watcher = await watch(name, { useBinaryProtocol });
    const publisher = host.realtime({ useBinaryProtocol }).channels.get(name);
    const sent = [0, 1, 2, 3, 4].map((count) => data(count));
    for (const item of sent) await publisher.publish("n", item);
    const heard = await watcher.heard(5);
    expect(datas(heard)).toEqual(sent);
    expect(watcher.decoded).toBe(4);
    expect(watcher.reasons).toEqual([]);
    expect(heard.map(({ extras }) => extras?.delta?.from)).toEqual([
      undefined,
      ...heard.slice(0, 4).map(({ id }) => id),
    ]);
    const { items } = await publisher.history();
    expect(datas(items)).toEqual(sent.toReversed());
    expect(items.map(({ extras }) => extras)).toEqual(items.map(() => undefined));
  });

  test("gets kinds of data in turns, each as a delta to the one before", async () => {
    const name = newRoom();
    const watcher = await watch(name, { useBinaryProtocol });
    const text = JSON.stringify(state(1));
    const sent = [text, state(1), Buffer.from(text), state(2), text];
    const publisher = host.rest({ useBinaryProtocol }).channels.get(name);
    for (const item of sent) await publisher.publish("n", item);
    expect(datas(await watcher.heard(5))).toEqual(sent);
    expect(watcher.decoded).toBe(4);
  });

  test("gets several messages of one publish, and several publishes of one turn", async () => {
    const name = newRoom();
    const watcher = await watch(name, { useBinaryProtocol });
    const sent = Array.from({ length: 8 }, (_, count) => TEXT + count);
    const batch = sent.slice(2, 6).map((data) => ({ name: "n", data }));
    const { channel } = watcher;
    await Promise.all([
      channel.publish("n", sent[0]),
      channel.publish("n", sent[1]),
      channel.publish(batch),
      channel.publish("n", sent[6]),
      channel.publish("n", sent[7]),
    ]);
    expect(datas(await watcher.heard(8))).toEqual(sent);
    expect(watcher.decoded).toBe(7);
    expect(watcher.reasons).toEqual([]);
  });

  test("gets what is encrypted, and what has nothing in common, whole", async () => {
    const name = newRoom();
    const cipher = { key: await Ably.Realtime.Crypto.generateRandomKey() };
    const watcher = await watch(name, { useBinaryProtocol, cipher });
    for (const count of [0, 1, 2]) await watcher.channel.publish("n", state(count));
    expect(datas(await watcher.heard(3))).toEqual([0, 1, 2].map(state));
    const other = await watch(newRoom(), { useBinaryProtocol });
    const chance = createChance(1);
    const sent = [chance.bytes(1024), chance.bytes(1024), "short", "shirt", ""];
    for (const item of sent) await other.channel.publish("n", item);
    expect(datas(await other.heard(5))).toEqual(sent);
    expect([watcher.decoded, other.decoded]).toEqual([0, 0]);
  });

  test("resumes after its socket was cut with a whole message and deltas after it", async () => {
    const alone = await hostBroker();
    const watcher = await watch("room", { useBinaryProtocol, at: alone });
    const publisher = alone.rest().channels.get("room");
    for (const count of [0, 1]) await publisher.publish("n", TEXT + count);
    await watcher.heard(2);
    const away = new Promise((resolve) => watcher.client.connection.once("disconnected", resolve));
    alone.cut();
    await away;
    for (const count of [2, 3, 4]) await publisher.publish("n", TEXT + count);
    await watcher.heard(5);
    await publisher.publish("n", `${TEXT}5`);
    expect(datas(await watcher.heard(6))).toEqual([0, 1, 2, 3, 4, 5].map((count) => TEXT + count));
    expect(watcher.decoded).toBe(1 + 2 + 1);
    await alone.close();
  });

  test("has no deltas to what rewind gave it", async () => {
    const name = newRoom();
    const publisher = host.rest().channels.get(name);
    for (const count of [0, 1, 2]) await publisher.publish("n", TEXT + count);
    const watcher = await watch(name, { useBinaryProtocol, params: { rewind: "2" } });
    await watcher.heard(2);
    for (const count of [3, 4]) await publisher.publish("n", TEXT + count);
    const heard = await watcher.heard(4);
    expect(datas(heard)).toEqual([1, 2, 3, 4].map((count) => TEXT + count));
    expect(heard.map(({ extras }) => extras?.delta !== undefined)).toEqual([false, false, false, true]);
    expect(watcher.reasons).toEqual([]);
  });

  test("gets the message again when it cannot read a delta", async () => {
    const name = newRoom();
    const watcher = await watch(name, { useBinaryProtocol, fails: [2] });
    const publisher = host.rest().channels.get(name);
    for (const count of [0, 1, 2, 3]) await publisher.publish("n", state(count));
    await watcher.heard(4);
    await publisher.publish("n", state(4));
    expect(datas(await watcher.heard(5))).toEqual([0, 1, 2, 3, 4].map(state));
    expect(watcher.reasons).toEqual([40018]);
  });

  test("hears others only, and the deltas are between those", async () => {
    const name = newRoom();
    const quiet = await watch(name, { useBinaryProtocol, params: { echo: "false" } });
    const loud = await watch(name, { useBinaryProtocol: !useBinaryProtocol });
    const plain = await watch(name, { useBinaryProtocol, params: { delta: "" } });
    const sent = Array.from({ length: 9 }, (_, count) => TEXT + count);
    for (const [at, text] of sent.entries()) await (at % 3 === 1 ? quiet : loud).channel.publish("n", text);
    expect(datas(await loud.heard(9))).toEqual(sent);
    expect(datas(await plain.heard(9))).toEqual(sent);
    expect(datas(await quiet.heard(6))).toEqual(sent.filter((_, at) => at % 3 !== 1));
    expect([loud.decoded, quiet.decoded, plain.decoded]).toEqual([8, 5, 0]);
    expect([...loud.reasons, ...quiet.reasons]).toEqual([]);
  });

  test("gets changes of messages, appended pieces and what follows them", async () => {
    const name = newRoom("mutable");
    const pieces = await watch(name, { useBinaryProtocol });
    const whole = await watch(name, { useBinaryProtocol, params: { appendMode: "full" } });
    const publisher = host.realtime({ clientId: "bob" }).channels.get(name);
    const { serials } = await publisher.publish("n", `${TEXT}0`);
    const serial = serials[0] ?? "";
    await publisher.updateMessage({ serial, data: `${TEXT}1` });
    await publisher.appendMessage({ serial, data: " and more" });
    await publisher.publish("n", `${TEXT}2`);
    await publisher.deleteMessage({ serial });
    await publisher.publish("n", `${TEXT}3`);
    const first = [`${TEXT}0`, `${TEXT}1`];
    const rest = [`${TEXT}2`, `${TEXT}1 and more`, `${TEXT}3`];
    expect(datas(await pieces.heard(6))).toEqual([...first, " and more", ...rest]);
    expect(datas(await whole.heard(6))).toEqual([...first, `${TEXT}1 and more`, ...rest]);
    expect([pieces.decoded, whole.decoded]).toEqual([3, 5]);
    expect([...pieces.reasons, ...whole.reasons]).toEqual([]);
  });

  test("is told of occupancy and presence between", async () => {
    const name = newRoom();
    const watcher = await watch(name, { useBinaryProtocol, clientId: "bob", params: { occupancy: "metrics" } });
    const { channel } = watcher;
    await watcher.heard(1); // the metrics
    await channel.publish("n", `${TEXT}0`);
    await channel.presence.enter("hello");
    await channel.publish("n", `${TEXT}1`);
    const texts = async () => datas(await watcher.heard(3)).filter((data) => typeof data === "string");
    expect(await texts()).toEqual([`${TEXT}0`, `${TEXT}1`]);
    expect(watcher.reasons).toEqual([]);
  });

  test("without the decoder fails with 40019", async () => {
    const name = newRoom();
    const channel = host.realtime({ useBinaryProtocol }).channels.get(name, { params: { delta: "vcdiff" } });
    await channel.attach();
    const failed = channel.once("failed");
    const publisher = host.rest().channels.get(name);
    for (const count of [0, 1]) await publisher.publish("n", TEXT + count);
    expect((await failed).reason?.code).toBe(40019);
  });
});

describe("on the wire", () => {
  async function attached(channel: string, params: Record<string, string> = {}, at = host): Promise<WireClient> {
    const client = connectWire(at.port, { key: KEY });
    await client.next({ action: ACTION.connected });
    client.send({ action: ACTION.attach, channel, params: { delta: "vcdiff", ...params } });
    expect(await client.next({ action: ACTION.attached })).toMatchObject({ params: { delta: "vcdiff" } });
    return client;
  }

  const said = async (client: WireClient): Promise<Frame["messages"]> =>
    (await client.next({ action: ACTION.message })).messages;
  const send = (client: WireClient, msgSerial: number, channel: string, ...messages: object[]): void =>
    client.send({ action: ACTION.message, msgSerial, channel, messages });

  test("a delta names its base and its encodings", async () => {
    const client = await attached("wire:1");
    const headers = { lang: "en" };
    send(client, 0, "wire:1", { id: "first", data: '{"foo":"bar","count":1,"status":"active"}', encoding: "json" });
    send(client, 1, "wire:1", { data: { foo: "bar", count: 2, status: "active" }, extras: { headers } });
    expect((await said(client))?.[0]).not.toHaveProperty("extras");
    expect(await said(client)).toMatchObject([
      {
        // COPY 21 from 0, ADD 1 "2", COPY 19 from 22
        data: Buffer.from("d6c3c40000 012900 0d 29 00 010502 32 13150213130016".replaceAll(" ", ""), "hex").toString(
          "base64",
        ),
        encoding: "json/utf-8/vcdiff/base64",
        extras: { headers, delta: { format: "vcdiff", from: "first" } },
      },
    ]);
    client.end();
  });

  test("in a publish of several, each is a delta to the one before", async () => {
    const client = await attached("wire:2");
    send(client, 0, "wire:2", { data: `${TEXT}0` }, { data: "AQID", encoding: "base64" }, { data: `${TEXT}1` });
    send(client, 1, "wire:2", { id: "b:0", data: `${TEXT}2` }, { id: "b:1", data: `${TEXT}3` });
    expect((await said(client))?.map(({ encoding }) => encoding)).toEqual([undefined, "base64", undefined]);
    const second = await said(client);
    expect(second?.map(({ extras }) => Object(extras).delta.from)).toEqual([expect.stringMatching(/:0:2$/), "b:0"]);
    client.end();
  });

  test("extras.delta of a publisher goes no further, and an encoding of its own is refused with 40013", async () => {
    const client = await attached("wire:3");
    const delta = { format: "vcdiff", from: "nowhere" };
    send(client, 0, "wire:3", { data: "d", extras: { delta } }, { data: "e", extras: { delta, headers: { a: 1 } } });
    expect((await said(client))?.map(({ extras }) => extras)).toEqual([undefined, { headers: { a: 1 } }]);
    send(client, 1, "wire:3", { data: "1sPEAAA=", encoding: "vcdiff/base64" });
    expect((await client.next({ action: ACTION.nack })).error?.code).toBe(40013);
    client.end();
  });

  test("after dropped messages the first is whole", async () => {
    const clock = createFakeClock();
    const alone = await hostBroker({ limits: { outboundRate: 2 }, clock });
    const client = await attached("room", {}, alone);
    const publisher = alone.rest().channels.get("room");
    for (const count of [0, 1, 2, 3, 4]) await publisher.publish("n", TEXT + count);
    clock.tick(1000);
    const gap = await client.next({ action: ACTION.attached });
    expect(gap.error?.code).toBe(80020);
    await publisher.publish("n", `${TEXT}5`);
    expect(await said(client)).toMatchObject([{ data: `${TEXT}5` }]);
    client.end();
    await alone.close();
  });

  test("no more is compared in one turn or one replay than the limit allows", async () => {
    const alone = await hostBroker({ limits: { deltaBytes: 4 * (TEXT.length + 1) } });
    const client = await attached("room", {}, alone);
    send(client, 0, "room", ...[0, 1, 2, 3, 4].map((count) => ({ data: TEXT + count })));
    const message = await client.next({ action: ACTION.message });
    const whole = (messages: Frame["messages"]) => messages?.map(({ extras }) => extras === undefined);
    expect(whole(message.messages)).toEqual([true, false, false, true, true]);
    send(client, 1, "room", { data: `${TEXT}5` });
    expect(whole(await said(client))).toEqual([false]);
    client.send({
      action: ACTION.attach,
      channel: "room",
      params: { delta: "vcdiff" },
      channelSerial: message.channelSerial,
    });
    expect(whole(await said(client))).toEqual([true]);
    client.end();
    await alone.close();
  });
});
