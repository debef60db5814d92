/** What does not make sense gets an answer with a code, addressed to whoever waits for it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import { type BrokerHost, hostBroker, KEY } from "./broker-host.ts";
import { connectWire } from "./wire-client.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
});
afterAll(() => host.close());

describe("a frame", () => {
  test.each([
    ["that is not JSON", "{"],
    ["that is no object", "[]"],
    ["without an action", "{}"],
    ["with the action of a server", '{"action":4}'],
  ])("%s ends the connection with 40000", async (_, frame) => {
    const client = connectWire(host.port, { key: KEY });
    await client.next({ action: ACTION.connected });
    client.send(frame);
    expect((await client.next({ action: ACTION.error })).error).toMatchObject({ code: 40000, statusCode: 400 });
    expect(await client.closed).toBe(1008);
  });

  test("that is a bad publish is refused by its serial, and the connection goes on", async () => {
    const client = connectWire(host.port, { key: KEY });
    client.send({ action: ACTION.message, channel: "room", msgSerial: 0, messages: "none" });
    client.send({ action: ACTION.message, channel: "room", msgSerial: 1, messages: [{ data: 1 }] });
    client.send({ action: ACTION.message, channel: ":room", msgSerial: 2, messages: [{}] });
    client.send({ action: ACTION.message, channel: "room", msgSerial: 3, messages: [{ data: "fine" }] });
    expect(await client.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 0, error: { code: 40000 } });
    expect(await client.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 1, error: { code: 40000 } });
    expect(await client.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 2, error: { code: 40010 } });
    expect(await client.next({ action: ACTION.ack })).toMatchObject({ msgSerial: 3, count: 1 });
  });

  test("that is a bad attach is refused on its channel, and the connection goes on", async () => {
    const client = connectWire(host.port, { key: KEY });
    for (const params of [{ rewind: "soon" }, { modes: "rule" }]) {
      client.send({ action: ACTION.attach, channel: "room", params });
      expect(await client.next({ action: ACTION.error })).toMatchObject({ channel: "room", error: { code: 40003 } });
    }
    client.send({ action: ACTION.attach, channel: "[x]y" });
    expect(await client.next({ action: ACTION.error })).toMatchObject({ channel: "[x]y", error: { code: 40010 } });
  });
});

test.each([
  ["without credentials", {}, 40101],
  ["with a key of no app", { key: "nobody.root:secret" }, 40101],
  ["with a key that its app does not know", { key: "app.nobody:secret" }, 40101],
  ["with a wrong secret", { key: "app.root:secret" }, 40101],
  ["with a token that is none", { access_token: "nonsense" }, 40101],
  ["with a token of its app that is none", { access_token: "app.invalid-token" }, 40101],
  ["with text of no form of a token", { access_token: "app.invalid.token.will.cause.failure" }, 40005],
  ["with a key that is none", { key: "nonsense" }, 40101],
  ["with a token of a forger", { access_token: "app.t-e30.AAAA" }, 40143],
  ["of a protocol version of long ago", { key: KEY, v: "1" }, 40000],
])("a client %s is told why and turned away", async (_, query, code) => {
  const client = connectWire(host.port, query);
  expect((await client.next({ action: ACTION.error })).error?.code).toBe(code);
  expect(await client.closed).toBe(1008);
});

test("a client cannot take the ids of another's connection", async () => {
  const bob = connectWire(host.port, { key: KEY });
  const { connectionId } = await bob.next({ action: ACTION.connected });
  const eve = connectWire(host.port, { key: KEY });
  eve.send({
    action: ACTION.message,
    channel: "room",
    msgSerial: 0,
    messages: [{ id: `${connectionId}:0:0`, data: "d" }],
  });
  expect((await eve.next({ action: ACTION.nack })).error?.code).toBe(40031);
});

test("a publish that is repeated after a resume is confirmed again and published once", async () => {
  const client = connectWire(host.port, { key: KEY });
  const { connectionDetails } = await client.next({ action: ACTION.connected });
  client.send({ action: ACTION.message, channel: "twice", msgSerial: 0, messages: [{ data: "d" }] });
  const { res } = await client.next({ action: ACTION.ack });
  client.end();
  const again = connectWire(host.port, { key: KEY, resume: String(connectionDetails?.connectionKey) });
  again.send({ action: ACTION.message, channel: "twice", msgSerial: 0, messages: [{ data: "d" }] });
  expect((await again.next({ action: ACTION.ack })).res).toEqual(res);
  expect((await host.rest().channels.get("twice").history()).items).toHaveLength(1);
});

describe("REST", () => {
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${host.port}${path}`, init);
  const authorization = `Basic ${Buffer.from(KEY).toString("base64")}`;

  test.each([
    ["an unknown path", "/channels/room/nothing", 404, "40400"],
    ["a method that is not known", "/channels", 405, "40500"],
    ["a path that cannot be decoded", "/channels/%zz/messages", 400, "40000"],
    ["a bad channel name", "/channels/%3Aroom/messages", 400, "40010"],
  ])("refuses %s", async (_, path, status, code) => {
    const answer = await ask(path, { method: path === "/channels" ? "DELETE" : "GET", headers: { authorization } });
    expect([answer.status, answer.headers.get("x-ably-errorcode")]).toEqual([status, code]);
    expect(await answer.json()).toMatchObject({ error: { code: Number(code), statusCode: status } });
  });

  test.each([
    ["no credentials", {}, 401, "40101"],
    ["an unknown app", { authorization: `Basic ${Buffer.from("no.key:x").toString("base64")}` }, 401, "40101"],
    ["an unknown key", { authorization: `Basic ${Buffer.from("app.no:x").toString("base64")}` }, 401, "40400"],
    ["another scheme", { authorization: "Digest x" }, 401, "40101"],
  ])("refuses %s", async (_, headers, status, code) => {
    const answer = await ask("/channels/room/messages", { headers });
    expect([answer.status, answer.headers.get("x-ably-errorcode")]).toEqual([status, code]);
  });

  test("refuses a body that is not what it says", async () => {
    const headers = { authorization, "content-type": "application/x-msgpack" };
    const answer = await ask("/channels/room/messages", { method: "POST", headers, body: "{}" });
    expect([answer.status, answer.headers.get("x-ably-errorcode")]).toEqual([400, "40001"]);
  });
});
