/** Whose publishes are admitted. */
import { afterEach, describe, expect, test } from "vitest";
import { ACTION, MESSAGE_ACTION } from "../../../../server/broker/wire/actions.ts";
import { APP, type BrokerHost, hostBroker, KEY } from "../broker-host.ts";
import { attachTo, connectWire } from "../wire-client.ts";

let host: BrokerHost;
afterEach(() => host.close());

describe("a namespace of identified clients", () => {
  const namespaces = [{ id: "members", authenticated: true, mutableMessages: true }] as const;
  const ROOM = "members:room";
  const at = (path = ""): string =>
    `http://127.0.0.1:${host.port}/channels/${encodeURIComponent(ROOM)}/messages${path}`;

  async function token(clientId?: string): Promise<string> {
    host = await hostBroker({ apps: [{ ...APP, namespaces }] });
    return (await host.rest().auth.requestToken(clientId === undefined ? {} : { clientId })).token;
  }

  async function say(method: string, url: string, bearer: string, body: object): Promise<string | null> {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
    return answer.headers.get("x-ably-errorcode") ?? String(answer.status);
  }

  test("refuses an anonymous publish with 40161 over REST and over a connection", async () => {
    const anonymous = await token();
    expect(await say("POST", at(), anonymous, { data: "d" })).toBe("40161");
    const client = connectWire(host.port, { access_token: anonymous });
    await client.next({ action: ACTION.connected });
    client.send({ action: ACTION.message, channel: ROOM, msgSerial: 0, messages: [{ data: "d" }] });
    expect((await client.next({ action: ACTION.nack })).error?.code).toBe(40161);
  });

  test("refuses an anonymous change with 40161", async () => {
    const anonymous = await token();
    const { serials } = await host.rest().channels.get(ROOM).publish("n", "d");
    expect(
      await say("PATCH", at(`/${encodeURIComponent(serials[0] ?? "")}`), anonymous, { action: MESSAGE_ACTION.update }),
    ).toBe("40161");
  });

  test("takes what its members publish", async () => {
    const bob = await token("bob");
    expect(await say("POST", at(), bob, { data: "d" })).toBe("201");
  });
});

describe("a message that brings its own id", () => {
  async function say(body: object): Promise<{ messageId: string; serials: string[] }> {
    const answer = await fetch(`http://127.0.0.1:${host.port}/channels/room/messages?key=${KEY}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return Object(await answer.json());
  }

  test("is known by exactly that id, and published once", async () => {
    host = await hostBroker();
    const plain = await say({ id: "foo", data: "plain" });
    const numbered = await say({ id: "foo:0", data: "numbered" });
    expect([plain.messageId, numbered.messageId]).toEqual(["foo", "foo:0"]);
    expect(await say({ id: "foo:0", data: "again" })).toEqual(numbered);
    const { items } = await host.rest().channels.get("room").history();
    expect(items.map(({ id, data }) => [id, data])).toEqual([
      ["foo:0", "numbered"],
      ["foo", "plain"],
    ]);
  });

  test("shares its base with the others of its publish", async () => {
    host = await hostBroker();
    const both = await say([{ id: "bar:0" }, { id: "bar:1" }]);
    expect(both).toMatchObject({ messageId: "bar:0", serials: [expect.any(String), expect.any(String)] });
    expect(await say([{ id: "bar:0" }, { id: "bar:1" }])).toEqual(both);
  });

  test("reaches subscribers with that id", async () => {
    host = await hostBroker();
    const bob = connectWire(host.port, { key: KEY });
    await bob.next({ action: ACTION.connected });
    await attachTo(bob, "room");
    await say({ id: "foo:0", data: "d" });
    expect((await bob.next({ action: ACTION.message })).messages?.[0]?.id).toBe("foo:0");
  });
});
