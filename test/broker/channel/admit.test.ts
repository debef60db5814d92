import { afterEach, describe, expect, test } from "vitest";
import { APP, type BrokerHost, hostBroker } from "../broker-host.ts";
import { connectWire } from "../wire-client.ts";

/** Whose publishes are admitted. */
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
    await client.next({ action: 4 });
    client.send({ action: 15, channel: ROOM, msgSerial: 0, messages: [{ data: "d" }] });
    expect((await client.next({ action: 2 })).error?.code).toBe(40161);
  });

  test("refuses an anonymous change with 40161", async () => {
    const anonymous = await token();
    const { serials } = await host.rest().channels.get(ROOM).publish("n", "d");
    expect(await say("PATCH", at(`/${encodeURIComponent(serials[0] ?? "")}`), anonymous, { action: 1 })).toBe("40161");
  });

  test("takes what its members publish", async () => {
    const bob = await token("bob");
    expect(await say("POST", at(), bob, { data: "d" })).toBe("201");
  });
});
