/** Annotations over the wire: who may, what is refused and with which code, what is told to whom, and once. */
import { afterEach, describe, expect, test } from "vitest";
import type { BrokerOptions, Limits } from "../../../../server/broker/index.ts";
import { ACTION, ANNOTATION_ACTION, MESSAGE_ACTION } from "../../../../server/broker/wire/actions.ts";
import { createFakeClock } from "../../../helpers/fake-clock.ts";
import { APP, type BrokerHost, hostBroker, KEY } from "../broker-host.ts";
import { connectWire, type Frame, type WireClient } from "../wire-client.ts";

let host: BrokerHost;
afterEach(() => host.close());

const clock = createFakeClock(Date.now()); // the SDK dates what it signs
const ROOM = "mutable:room";
const LIKE = { type: "reaction:distinct.v1", name: "like" };
const SUBSCRIBE = 1 << 18;
const ANNOTATION_PUBLISH = 1 << 21;
const ANNOTATION_SUBSCRIBE = 1 << 22;

async function hosted(limits: Partial<Limits> = {}, apps: NonNullable<BrokerOptions["apps"]> = [APP]): Promise<void> {
  host = await hostBroker({ limits, apps, clock });
}

async function connected(query: Record<string, string> = {}): Promise<WireClient> {
  const client = connectWire(host.port, { key: KEY, clientId: "bob", ...query });
  await client.next({ action: ACTION.connected });
  return client;
}

async function attached(flags: number, query: Record<string, string> = {}): Promise<WireClient> {
  const client = await connected(query);
  client.send({ action: ACTION.attach, channel: ROOM, flags });
  await client.next({ action: ACTION.attached });
  return client;
}

/** A message that says "A", of `bob`; the serials of his connection's next publishes start with 1. */
async function written(query: Record<string, string> = {}): Promise<{ bob: WireClient; serial: string }> {
  const bob = await connected(query);
  bob.send({ action: ACTION.message, channel: ROOM, msgSerial: 0, messages: [{ data: "A" }] });
  const { res } = await bob.next({ action: ACTION.ack });
  return { bob, serial: res?.[0]?.serials[0] ?? "" };
}

const annotating = (msgSerial: number, ...annotations: readonly unknown[]) => ({
  action: ACTION.annotation,
  channel: ROOM,
  msgSerial,
  annotations,
});

/** What became of one annotation: 0, or the code of the refusal. */
async function outcome(client: WireClient, msgSerial: number, ...annotations: readonly unknown[]): Promise<number> {
  client.send(annotating(msgSerial, ...annotations));
  const { action, error } = await client.next({ msgSerial });
  return action === 1 ? 0 : (error?.code ?? -1);
}

async function read(path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${host.port}/channels/${encodeURIComponent(ROOM)}/${path}`, {
    headers: { authorization: `Basic ${Buffer.from(KEY).toString("base64")}` },
  });
  return Object(await answer.json());
}

const latest = (serial: string) => read(`messages/${encodeURIComponent(serial)}`);
const kept = (serial: string) => read(`messages/${encodeURIComponent(serial)}/annotations`);
const summaryOf = ({ messages }: Frame) => messages?.[0]?.annotations;

describe("an annotation", () => {
  test("reaches who asked for annotations, with the broker's stamps", async () => {
    await hosted();
    const listener = await attached(ANNOTATION_SUBSCRIBE, { clientId: "eve" });
    const { bob, serial } = await written();
    bob.send(annotating(1, { ...LIKE, messageSerial: serial, data: { why: "so" }, extras: { headers: { a: "b" } } }));
    const ack = await bob.next({ action: ACTION.ack, msgSerial: 1 });
    const told = await listener.next({ action: ACTION.annotation });
    const [annotation] = told.annotations ?? [];
    expect(annotation).toMatchObject({
      ...LIKE,
      action: ANNOTATION_ACTION.create,
      id: `${told.connectionId}:1:0`,
      serial: ack.res?.[0]?.serials[0],
      messageSerial: serial,
      timestamp: clock.now(),
      clientId: "bob",
      connectionId: told.connectionId,
      data: '{"why":"so"}',
      encoding: "json",
      extras: { headers: { a: "b" } },
    });
    expect(String(annotation?.serial) > serial).toBe(true);
  });

  test("is told as a summary to everybody else", async () => {
    await hosted();
    const listener = await attached(SUBSCRIBE, { clientId: "eve" });
    const { bob, serial } = await written();
    await listener.next({ action: ACTION.message });
    bob.send(annotating(1, { ...LIKE, messageSerial: serial }));
    const told = await listener.next({ action: ACTION.message });
    expect(told.messages?.[0]).toMatchObject({ action: MESSAGE_ACTION.summary, serial, data: "A", clientId: "bob" });
    expect(summaryOf(told)).toEqual({
      summary: { "reaction:distinct.v1": { like: { total: 1, clientIds: ["bob"], clipped: false } } },
    });
    expect(told.connectionId).toBeUndefined();
    bob.send(annotating(2, { ...LIKE, messageSerial: serial, action: ANNOTATION_ACTION.delete }));
    expect(summaryOf(await listener.next({ action: ACTION.message }))).toEqual({ summary: {} });
  });

  test("that changes nothing is told, but not as a summary", async () => {
    await hosted();
    const listener = await attached(SUBSCRIBE | ANNOTATION_SUBSCRIBE, { clientId: "eve" });
    const { bob, serial } = await written();
    await listener.next({ action: ACTION.message });
    bob.send(annotating(1, { type: "com.ably.reactions", name: "like", messageSerial: serial }));
    bob.send(annotating(2, { ...LIKE, messageSerial: serial, action: ANNOTATION_ACTION.delete }));
    expect((await listener.next({ action: ACTION.annotation })).annotations?.[0]).toMatchObject({
      type: "com.ably.reactions",
    });
    expect((await listener.next({ action: ACTION.annotation })).annotations?.[0]).toMatchObject({
      action: ANNOTATION_ACTION.delete,
      ...LIKE,
    });
    bob.send({ action: ACTION.message, channel: ROOM, msgSerial: 3, messages: [{ data: "B" }] });
    expect((await listener.next({ action: ACTION.message })).messages?.[0]).toMatchObject({
      action: MESSAGE_ACTION.create,
      data: "B",
    });
    expect(await latest(serial)).not.toHaveProperty("annotations");
    expect(await kept(serial)).toHaveLength(2);
  });

  test("of several is told with them as one, and summed once", async () => {
    await hosted();
    const listener = await attached(SUBSCRIBE | ANNOTATION_SUBSCRIBE);
    const { bob, serial } = await written();
    await listener.next({ action: ACTION.message });
    const of = (name: string) => ({ ...LIKE, name, messageSerial: serial });
    bob.send(annotating(1, of("a"), of("b"), of("c")));
    expect((await listener.next({ action: ACTION.annotation })).annotations?.map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
    ]);
    const summed = await listener.next({ action: ACTION.message });
    expect(Object.keys(Object(summaryOf(summed)).summary["reaction:distinct.v1"])).toEqual(["a", "b", "c"]);
    bob.send({ action: ACTION.message, channel: ROOM, msgSerial: 2, messages: [{ data: "B" }] });
    expect((await listener.next({ action: ACTION.message })).messages?.[0]).toMatchObject({
      action: MESSAGE_ACTION.create,
    });
  });

  test("is not told to its own connection without echo; the summary is", async () => {
    await hosted();
    const bob = await attached(SUBSCRIBE | ANNOTATION_SUBSCRIBE | ANNOTATION_PUBLISH, { echo: "false" });
    const { serial } = await written();
    await bob.next({ action: ACTION.message });
    bob.send(annotating(0, { ...LIKE, messageSerial: serial }));
    expect((await bob.next({ action: ACTION.message })).messages?.[0]).toMatchObject({
      action: MESSAGE_ACTION.summary,
    });
    const { bob: another } = await written();
    another.send(annotating(1, { ...LIKE, messageSerial: serial, action: ANNOTATION_ACTION.delete }));
    expect((await bob.next({ action: ACTION.annotation })).annotations?.[0]).toMatchObject({
      action: ANNOTATION_ACTION.delete,
    });
  });

  test("of a deleted message is kept but not summed for subscribers", async () => {
    await hosted();
    const { bob, serial } = await written();
    const listener = await attached(SUBSCRIBE);
    bob.send({
      action: ACTION.message,
      channel: ROOM,
      msgSerial: 1,
      messages: [{ serial, action: MESSAGE_ACTION.delete }],
    });
    expect((await listener.next({ action: ACTION.message })).messages?.[0]).toMatchObject({
      action: MESSAGE_ACTION.delete,
    });
    expect(await outcome(bob, 2, { ...LIKE, messageSerial: serial })).toBe(0);
    bob.send({ action: ACTION.message, channel: ROOM, msgSerial: 3, messages: [{ data: "B" }] });
    expect((await listener.next({ action: ACTION.message })).messages?.[0]).toMatchObject({
      action: MESSAGE_ACTION.create,
      data: "B",
    });
    expect(await kept(serial)).toHaveLength(1);
  });
});

describe("a message that was annotated", () => {
  test("says so when it is changed, read, rewound and listed", async () => {
    await hosted();
    const { bob, serial } = await written();
    await outcome(bob, 1, { ...LIKE, messageSerial: serial });
    const summary = { "reaction:distinct.v1": { like: { total: 1, clientIds: ["bob"], clipped: false } } };
    const listener = await attached(SUBSCRIBE);
    bob.send({
      action: ACTION.message,
      channel: ROOM,
      msgSerial: 2,
      messages: [{ serial, action: MESSAGE_ACTION.update, data: "B" }],
    });
    expect((await listener.next({ action: ACTION.message })).messages?.[0]).toMatchObject({
      action: 1,
      annotations: { summary },
    });
    expect(await latest(serial)).toMatchObject({ data: "B", action: MESSAGE_ACTION.update, annotations: { summary } });
    expect(await read("messages")).toMatchObject([{ data: "B", annotations: { summary } }]);
    const late = await connected();
    late.send({ action: ACTION.attach, channel: ROOM, params: { rewind: "1" } });
    expect((await late.next({ action: ACTION.message })).messages).toMatchObject([
      { data: "B", annotations: { summary } },
    ]);
  });

  test("takes its annotations with it", async () => {
    await hosted({ persistedHistoryMs: 60_000 });
    const { bob, serial } = await written();
    expect(await outcome(bob, 1, { ...LIKE, messageSerial: serial })).toBe(0);
    clock.tick(30_000);
    expect(await outcome(bob, 2, { ...LIKE, name: "late", messageSerial: serial })).toBe(0);
    clock.tick(30_001);
    expect(await outcome(bob, 3, { ...LIKE, messageSerial: serial })).toBe(40400);
    expect(await kept(serial)).toMatchObject({ error: { code: 40400 } });
    const late = await connected();
    late.send({ action: ACTION.attach, channel: ROOM, channelSerial: serial.slice(0, -4), flags: SUBSCRIBE });
    expect((await late.next({ action: ACTION.attached })).flags).toBe(SUBSCRIBE);
  });

  test("may be forgotten by the annotation that there was no more room for", async () => {
    await hosted({ historyPublishes: 2 });
    const { bob, serial } = await written();
    const listener = await attached(SUBSCRIBE | ANNOTATION_SUBSCRIBE);
    bob.send(annotating(1, { ...LIKE, messageSerial: serial }));
    expect((await listener.next({ action: ACTION.message })).messages?.[0]).toMatchObject({
      action: MESSAGE_ACTION.summary,
    });
    expect(await outcome(bob, 2, { ...LIKE, name: "b", messageSerial: serial })).toBe(40400);
  });
});

describe("a client that comes back", () => {
  test("gets the annotations that it missed, and one summary of each message", async () => {
    await hosted();
    const { bob, serial } = await written();
    const first = await attached(SUBSCRIBE | ANNOTATION_SUBSCRIBE);
    first.end();
    for (const [at, name] of ["a", "b", "c"].entries()) {
      expect(await outcome(bob, at + 1, { ...LIKE, name, messageSerial: serial })).toBe(0);
    }
    const position = serial.slice(0, -4);
    const back = await connected();
    back.send({
      action: ACTION.attach,
      channel: ROOM,
      flags: SUBSCRIBE | ANNOTATION_SUBSCRIBE,
      channelSerial: position,
    });
    expect((await back.next({ action: ACTION.attached })).flags).toBe(SUBSCRIBE | ANNOTATION_SUBSCRIBE | 6);
    for (const name of ["a", "b", "c"]) {
      expect((await back.next({ action: ACTION.annotation })).annotations?.[0]).toMatchObject({ name });
    }
    const summed = await back.next({ action: ACTION.message });
    expect(Object.keys(Object(summaryOf(summed)).summary["reaction:distinct.v1"])).toEqual(["a", "b", "c"]);
    const again = await connected();
    again.send({ action: ACTION.attach, channel: ROOM, flags: SUBSCRIBE, channelSerial: summed.channelSerial });
    expect((await again.next({ action: ACTION.attached })).flags).toBe(SUBSCRIBE | 4);
  });

  test("and sends its annotation again is answered as before, and counted once", async () => {
    await hosted();
    const { bob, serial } = await written();
    bob.end();
    const first = connectWire(host.port, { key: KEY, clientId: "bob" });
    const { connectionDetails } = await first.next({ action: ACTION.connected });
    const vote = annotating(0, { type: "vote:multiple.v1", name: "a", count: 2, messageSerial: serial });
    first.send(vote);
    const { res } = await first.next({ action: ACTION.ack });
    first.end();
    const resume = String(connectionDetails?.connectionKey);
    const again = connectWire(host.port, { key: KEY, clientId: "bob", resume });
    await again.next({ action: ACTION.connected });
    again.send(vote);
    expect((await again.next({ action: ACTION.ack })).res).toEqual(res);
    expect(await latest(serial)).toMatchObject({
      annotations: { summary: { "vote:multiple.v1": { a: { total: 2, clientIds: { bob: 2 } } } } },
    });
  });
});

/** Keys that may do one thing only. */
const APPS = [
  {
    ...APP,
    keys: [
      ...APP.keys,
      { id: "mute", secret: "s", capability: { "*": ["subscribe", "publish"] } },
      { id: "plain", secret: "s", capability: { "*": ["publish", "annotation-publish"] } },
    ],
    namespaces: [...APP.namespaces, { id: "known", mutableMessages: true, authenticated: true }],
  },
] as const;

describe("an annotation is refused", () => {
  test.each([
    ["without a type", { name: "a" }, 40003],
    ["with an empty type", { type: "" }, 40003],
    ["with a type that is no text", { type: 7 }, 40000],
    ["with an action of its own", { ...LIKE, action: 2 }, 40003],
    ["with a name that is no text", { ...LIKE, name: {} }, 40000],
    ["without the name that its type needs", { type: "a:distinct.v1" }, 40003],
    ["with an empty name where its type needs one", { type: "a:multiple.v1", name: "" }, 40003],
    ["with a count of nothing", { type: "a:multiple.v1", name: "a", count: 0 }, 40003],
    ["with a count below nothing", { type: "a:multiple.v1", name: "a", count: -3 }, 40003],
    ["with a count beyond the limit", { type: "a:multiple.v1", name: "a", count: 1_000_001 }, 40003],
    ["with a count that is not whole", { type: "a:multiple.v1", name: "a", count: 0.5 }, 40000],
    ["with a count that is no number", { type: "a:multiple.v1", name: "a", count: "3" }, 40000],
    ["in the name of somebody else", { ...LIKE, clientId: "eve" }, 40012],
    ["that is ephemeral", { ...LIKE, extras: { ephemeral: true } }, 40000],
    ["with extras that are not known", { ...LIKE, extras: { a: 1 } }, 40032],
    ["that speaks to the broker without the capability", { ...LIKE, extras: { privileged: {} } }, 40160],
    ["of no message", { ...LIKE, messageSerial: "" }, 40003],
    ["of a message that is not there", { ...LIKE, messageSerial: "01700000000000-000@abc:000" }, 40400],
    ["that is no object", "annotation", 40000],
  ])("%s", async (_, annotation, code) => {
    await hosted({}, APPS);
    const { serial } = await written();
    const plain = await connected({ key: "app.plain:s" });
    const given = typeof annotation === "string" ? annotation : { messageSerial: serial, ...annotation };
    expect(await outcome(plain, 0, given)).toBe(code);
    expect(await kept(serial)).toEqual([]);
  });

  test("with all others of its publish when they are of different messages, or one of them is wrong", async () => {
    await hosted();
    const { bob, serial } = await written();
    const { serial: other } = await written();
    const good = { ...LIKE, messageSerial: serial };
    expect(await outcome(bob, 1, good, { ...LIKE, messageSerial: other })).toBe(40003);
    expect(await outcome(bob, 2, good, { ...good, name: "" })).toBe(40003);
    expect(await outcome(bob, 3)).toBe(40000);
    expect(await kept(serial)).toEqual([]);
  });

  test.each([
    ["a:flag.v1", 40161],
    ["a:distinct.v1", 40161],
    ["a:unique.v1", 40161],
    ["a:total.v1", 0],
    ["a:multiple.v1", 0],
    ["com.ably.reactions", 0],
  ])("of the type %s from nobody in particular: %i", async (type, code) => {
    await hosted();
    const { serial } = await written();
    const { token } = await host.rest().auth.requestToken();
    const nobody = connectWire(host.port, { access_token: token });
    await nobody.next({ action: ACTION.connected });
    expect(await outcome(nobody, 0, { type, name: "a", messageSerial: serial })).toBe(code);
  });

  test("where messages cannot be annotated, and so is asking for annotations there", async () => {
    await hosted();
    const bob = await connected();
    bob.send({ ...annotating(0, { ...LIKE, messageSerial: "m" }), channel: "room" });
    expect((await bob.next({ action: ACTION.nack })).error?.code).toBe(93002);
    bob.send({ action: ACTION.attach, channel: "room", flags: SUBSCRIBE | ANNOTATION_SUBSCRIBE });
    expect((await bob.next({ action: ACTION.error })).error?.code).toBe(93002);
    bob.send({ ...annotating(1, { ...LIKE, messageSerial: "m" }), channel: "[meta]log" });
    expect((await bob.next({ action: ACTION.nack })).error?.code).toBe(40160);
  });

  test("from nobody in particular where the channel is for identified clients", async () => {
    await hosted({}, APPS);
    const { token } = await host.rest().auth.requestToken();
    const nobody = connectWire(host.port, { access_token: token });
    nobody.send({ ...annotating(0, { type: "a:total.v1", messageSerial: "m" }), channel: "known:room" });
    expect((await nobody.next({ action: ACTION.nack })).error?.code).toBe(40161);
  });

  test("without the capability, and without the mode when it was not asked for", async () => {
    await hosted({}, APPS);
    const { serial } = await written();
    const like = { ...LIKE, messageSerial: serial };
    expect(await outcome(await connected({ key: "app.mute:s" }), 0, like)).toBe(40160);
    expect(await outcome(await attached(SUBSCRIBE), 0, like)).toBe(40165);
    expect(await outcome(await attached(ANNOTATION_PUBLISH), 0, like)).toBe(0);
    expect(await outcome(await attached(0), 0, like)).toBe(0);
  });
});

test("annotations are heard by who asked for them and may, and not by others", async () => {
  await hosted({}, APPS);
  const flagsOf = async (query: Record<string, string>, flags: number) => {
    const client = await connected(query);
    client.send({ action: ACTION.attach, channel: ROOM, flags });
    return (await client.next({ action: ACTION.attached })).flags;
  };
  expect(await flagsOf({}, SUBSCRIBE | ANNOTATION_SUBSCRIBE)).toBe(SUBSCRIBE | ANNOTATION_SUBSCRIBE);
  expect((await flagsOf({}, 0)) ?? 0).toSatisfy((flags: number) => (flags & ANNOTATION_SUBSCRIBE) === 0);
  expect(await flagsOf({ key: "app.mute:s" }, SUBSCRIBE | ANNOTATION_SUBSCRIBE)).toBe(SUBSCRIBE);
});

describe("annotations have limits", () => {
  test("of size, as messages do", async () => {
    await hosted({ messageBytes: 20 });
    const { bob, serial } = await written();
    const of = (data: string) => ({ type: "note", name: "12345", data, messageSerial: serial });
    expect(await outcome(bob, 1, of("123456789012345"))).toBe(0);
    expect(await outcome(bob, 2, of("1234567890123456"))).toBe(40009);
    expect(await outcome(bob, 3, of("123456"), of("12345"))).toBe(40009);
  });

  test("of rate, as messages do", async () => {
    await hosted({ channelMessageRate: 3, inboundRate: 5 });
    clock.tick(1000);
    const { bob, serial } = await written();
    const note = { type: "note", messageSerial: serial };
    const codes = [];
    for (const at of [1, 2, 3, 4, 5]) codes.push(await outcome(bob, at, note));
    expect(codes).toEqual([0, 0, 42913, 42913, 42911]);
  });

  test("of the app's rate, as messages do", async () => {
    await hosted({ messageRate: 3 });
    clock.tick(1000);
    const { bob, serial } = await written();
    const note = { type: "note", messageSerial: serial };
    expect(await outcome(bob, 1, note, note, note)).toBe(42917);
  });

  test("of bytes a second, and what a summary sends again counts", async () => {
    await hosted({ channelByteRate: 4 });
    clock.tick(1000);
    const { bob, serial } = await written();
    expect(await outcome(bob, 1, { type: "a:total.v1", messageSerial: serial })).toBe(0);
    expect(await outcome(bob, 2, { type: "a:total.v1", messageSerial: serial })).toBe(42914);
  });

  test("of how many go together", async () => {
    await hosted({ messagesPerPublish: 2 });
    const { bob, serial } = await written();
    const note = { type: "note", messageSerial: serial };
    expect(await outcome(bob, 1, note, note, note)).toBe(40034);
  });

  test("of how many are kept of one message: the newest, and all of them counted", async () => {
    await hosted({ annotationsPerMessage: 2 });
    const { bob, serial } = await written();
    const of = (name: string) => ({ type: "a:total.v1", name, messageSerial: serial });
    expect(await outcome(bob, 1, of("a"), of("b"), of("c"))).toBe(0);
    expect(await kept(serial)).toMatchObject([{ name: "b" }, { name: "c" }]);
    expect(await latest(serial)).toMatchObject({ annotations: { summary: { "a:total.v1": { total: 3 } } } });
  });

  test("of the length of a type and a name", async () => {
    await hosted({ annotationChars: 13 });
    const { bob, serial } = await written();
    const of = (type: string, name: string) => ({ type, name, messageSerial: serial });
    expect(await outcome(bob, 1, of("a:distinct.v1", "1234567890123"))).toBe(0);
    expect(await outcome(bob, 2, of("a:distinct.v1", "12345678901234"))).toBe(40003);
    expect(await outcome(bob, 3, of("aa:distinct.v1", "a"))).toBe(40003);
  });

  test("of what one may count for", async () => {
    await hosted({ annotationCount: 5 });
    const { bob, serial } = await written();
    const of = (count: number) => ({ type: "a:multiple.v1", name: "a", count, messageSerial: serial });
    expect(await outcome(bob, 1, of(5))).toBe(0);
    expect(await outcome(bob, 2, of(6))).toBe(40003);
  });

  test("of the names in a summary", async () => {
    await hosted({ summaryNames: 1 });
    const { bob, serial } = await written();
    const of = (name: string) => ({ ...LIKE, name, messageSerial: serial });
    expect(await outcome(bob, 1, of("a"))).toBe(0);
    expect(await outcome(bob, 2, of("b"))).toBe(40009);
    expect(await outcome(bob, 3, { ...of("a"), action: ANNOTATION_ACTION.delete })).toBe(0);
    expect(await outcome(bob, 4, of("b"))).toBe(0);
  });

  test("of the client ids in a summary", async () => {
    await hosted({ summaryClientIds: 1 });
    const { bob, serial } = await written();
    expect(await outcome(bob, 1, { ...LIKE, messageSerial: serial })).toBe(0);
    expect(await outcome(await connected({ clientId: "eve" }), 0, { ...LIKE, messageSerial: serial })).toBe(0);
    expect(await latest(serial)).toMatchObject({
      annotations: { summary: { "reaction:distinct.v1": { like: { total: 2, clientIds: ["bob"], clipped: true } } } },
    });
  });

  test("of the bytes of client ids in a summary", async () => {
    await hosted({ summaryBytes: 2 });
    const { bob, serial } = await written();
    expect(await outcome(bob, 1, { ...LIKE, messageSerial: serial })).toBe(0);
    expect(await latest(serial)).toMatchObject({
      annotations: { summary: { "reaction:distinct.v1": { like: { total: 1, clientIds: [], clipped: true } } } },
    });
  });
});

test("a message under the rate of who hears it is not dropped for annotations that they do not hear", async () => {
  await hosted({ outboundRate: 4 });
  clock.tick(1000);
  const listener = await attached(SUBSCRIBE);
  const { bob, serial } = await written();
  const note = { type: "note", messageSerial: serial };
  for (const at of [1, 2, 3, 4, 5]) expect(await outcome(bob, at, note)).toBe(0);
  bob.send({ action: ACTION.message, channel: ROOM, msgSerial: 6, messages: [{ data: "B" }] });
  expect((await listener.next({ action: ACTION.message })).messages?.[0]).toMatchObject({ data: "A" });
  expect((await listener.next({ action: ACTION.message })).messages?.[0]).toMatchObject({ data: "B" });
});
