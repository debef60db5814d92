import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BrokerHost, hostBroker, KEY } from "../broker-host.ts";
import { connectWire, type WireClient } from "../wire-client.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
  const alice = connectWire(host.port, { key: KEY, clientId: "alice" });
  alice.send({ action: 10, channel: "in:room" });
  await alice.next({ action: 11 });
  alice.send({ action: 14, channel: "in:room", msgSerial: 0, presence: [{ action: 2, data: "secret" }] });
  await alice.next({ action: 1 });
});
afterAll(() => host.close());

/** The first answer to SYNC, or to the heartbeat that is asked for after it. */
function answerToSync(client: WireClient): Promise<object> {
  client.send({ action: 16, channel: "in:room" });
  client.send({ action: 0, id: "after" });
  return client.next({});
}

test("SYNC tells who is present to a client that may hear of presence", async () => {
  const client = connectWire(host.port, { key: KEY });
  client.send({ action: 10, channel: "in:room" });
  await client.next({ action: 16 });
  expect(await answerToSync(client)).toMatchObject({ action: 16, presence: [{ clientId: "alice", data: "secret" }] });
});

test.each([
  ["without the capability to subscribe", { key: "app.narrow:narrow-secret" }, {}],
  ["that did not ask for the mode", { key: KEY }, { modes: "publish,subscribe" }],
])("SYNC tells a client %s nothing", async (_, query, params) => {
  const client = connectWire(host.port, query);
  client.send({ action: 10, channel: "in:room", params });
  expect((await client.next({ action: 11 })).error).toBeUndefined();
  expect(await answerToSync(client)).toEqual({ action: 0, id: "after" });
});

describe("a client that attaches again from a position that it has left behind", () => {
  const HAS_BACKLOG = 2;
  const RESUMED = 4;

  /** Hears one message and then attaches from before it, as if that had still been on its way. */
  async function attachAgain(room: string, params: Record<string, string>): Promise<WireClient> {
    const client = connectWire(host.port, { key: KEY });
    client.send({ action: 10, channel: room, params: { delta: "vcdiff" } });
    const { channelSerial } = await client.next({ action: 11 });
    await host.rest().channels.get(room).publish("n", "once");
    await client.next({ action: 15, channel: room });
    client.send({ action: 10, channel: room, params, channelSerial });
    return client;
  }

  test("with other options is not told again what it is told anyway", async () => {
    const client = await attachAgain("changing", { echo: "false" });
    const { flags } = await client.next({ action: 11 });
    expect((flags ?? 0) & (RESUMED | HAS_BACKLOG)).toBe(RESUMED);
    client.send({ action: 0, id: "after" });
    expect(await client.next({})).toEqual({ action: 0, id: "after" });
  });

  test("with the same options is told again what came after", async () => {
    const client = await attachAgain("asking again", { delta: "vcdiff" });
    const { flags } = await client.next({ action: 11 });
    expect((flags ?? 0) & (RESUMED | HAS_BACKLOG)).toBe(RESUMED | HAS_BACKLOG);
    expect((await client.next({ action: 15 })).messages?.[0]).toMatchObject({ data: "once" });
  });
});
