/** Annotations through the unmodified SDK, in both formats. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type * as Ably from "ably";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MESSAGE_ACTION } from "../../../server/broker/wire/actions.ts";
import { APP, type BrokerHost, hostBroker } from "./broker-host.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
});
afterAll(() => host.close());

let rooms = 0;
const room = (): string => `mutable:annotated-${++rooms}`;
const modes: Ably.ChannelMode[] = ["PUBLISH", "SUBSCRIBE", "ANNOTATION_PUBLISH", "ANNOTATION_SUBSCRIBE"];

/** What a channel hears of summaries, newest last. */
async function summaries(channel: Ably.RealtimeChannel): Promise<Ably.InboundMessage[]> {
  const heard: Ably.InboundMessage[] = [];
  await channel.subscribe((message) => {
    if (message.action === "message.summary") heard.push(message);
  });
  return heard;
}

describe.each([
  ["msgpack", true],
  ["json", false],
])("a client that speaks %s", (_, useBinaryProtocol) => {
  test("annotates, takes it back, and hears both, each with a summary", async () => {
    const channel = host.realtime({ clientId: "bob", useBinaryProtocol }).channels.get(room(), { modes });
    const heard: Ably.Annotation[] = [];
    await channel.annotations.subscribe((annotation) => heard.push(annotation));
    const summed = await summaries(channel);
    const { serials } = await channel.publish("n", { text: "hello" });
    const serial = serials[0] ?? "";
    const data = Buffer.from([0, 255]);
    await channel.annotations.publish(serial, { type: "reaction:unique.v1", name: "👍", data });
    await channel.annotations.delete(serial, { type: "reaction:unique.v1", name: "👍" });
    await expect.poll(() => summed.length).toBe(2);
    expect(heard).toMatchObject([
      { action: "annotation.create", name: "👍", clientId: "bob", messageSerial: serial },
      { action: "annotation.delete", name: "👍", clientId: "bob", messageSerial: serial },
    ]);
    expect(Buffer.from(heard[0]?.data)).toEqual(data);
    expect(summed[0]).toMatchObject({ serial, name: "n", data: { text: "hello" } });
    expect(summed.map(({ annotations }) => annotations.summary)).toEqual([
      { "reaction:unique.v1": { "👍": { total: 1, clientIds: ["bob"], clipped: false } } },
      {},
    ]);
  });

  test("finds the summary with the message, and the annotations page by page, oldest first", async () => {
    const channel = host.rest({ clientId: "bob", useBinaryProtocol }).channels.get(room());
    const { serials } = await channel.publish("n", "d");
    const serial = serials[0] ?? "";
    for (const name of ["a", "b", "__proto__", "d", "e"]) {
      await channel.annotations.publish(serial, { type: "vote:multiple.v1", name, count: 3 });
    }
    const bobs = { total: 3, clientIds: { bob: 3 }, totalUnidentified: 0, clipped: false, totalClientIds: 1 };
    const { annotations } = await channel.getMessage(serial);
    expect(annotations?.summary["vote:multiple.v1"]).toMatchObject({ a: bobs, b: bobs, d: bobs, e: bobs });
    expect((await channel.history()).items[0]?.annotations).toEqual(annotations);
    const first = await channel.annotations.get(serial, { limit: 2 });
    const second = await first.next();
    const third = await second?.next();
    const names = [first, second, third].map((page) => page?.items.map(({ name }) => name));
    expect(names).toEqual([["a", "b"], ["__proto__", "d"], ["e"]]);
    expect(third?.isLast()).toBe(true);
    expect(first.items[0]).toMatchObject({ action: "annotation.create", type: "vote:multiple.v1", count: 3 });
  });

  test("is told that it may not", async () => {
    const name = room();
    const { serials } = await host.rest().channels.get(name).publish("n", "d");
    const tokenDetails = await host.rest().auth.requestToken({ capability: { [name]: ["subscribe"] } });
    const { annotations } = host.rest({ tokenDetails, useBinaryProtocol }).channels.get(name);
    const denied = { code: 40160, statusCode: 401 };
    await expect(annotations.publish(serials[0] ?? "", { type: "a" })).rejects.toMatchObject(denied);
    await expect(annotations.get(serials[0] ?? "", null)).rejects.toMatchObject(denied);
  });
});

test("a summary reaches the rules of messages, and an annotation none", async () => {
  const posted: { messages?: unknown; source?: unknown }[] = [];
  const target = createServer((request, response) => {
    request.setEncoding("utf8");
    let body = "";
    request.on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      posted.push(JSON.parse(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
  const rules = [
    {
      id: "watch",
      requestMode: "single",
      source: { type: "channel.message", channelFilter: "^mutable:" },
      target: { url: `http://127.0.0.1:${(target.address() as AddressInfo).port}/`, format: "json" },
    },
  ] as const;
  const watched = await hostBroker({ apps: [{ ...APP, rules }] });
  const channel = watched.rest({ clientId: "bob" }).channels.get("mutable:room");
  const { serials } = await channel.publish("n", "d");
  await channel.annotations.publish(serials[0] ?? "", { type: "com.ably.reactions", name: "like" });
  await channel.annotations.publish(serials[0] ?? "", { type: "reaction:total.v1" });
  await expect.poll(() => posted.length).toBe(2);
  expect(posted).toMatchObject([
    { source: "channel.message", messages: [{ action: MESSAGE_ACTION.create, serial: serials[0] }] },
    {
      source: "channel.message",
      messages: [
        {
          action: MESSAGE_ACTION.summary,
          serial: serials[0],
          annotations: { summary: { "reaction:total.v1": { total: 1 } } },
        },
      ],
    },
  ]);
  await watched.close();
  await new Promise((resolve) => target.close(resolve));
});
