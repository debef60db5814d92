/** SYNC over the wire: who is told who is present. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACTION } from "../../../../server/broker/wire/actions.ts";
import { type BrokerHost, hostBroker, KEY } from "../broker-host.ts";
import { attachTo, connectWire, enter, type WireClient } from "../wire-client.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
  const alice = connectWire(host.port, { key: KEY, clientId: "alice" });
  await attachTo(alice, "in:room");
  await enter(alice, "in:room", { data: "secret" });
});
afterAll(() => host.close());

/** The first answer to SYNC, or to the heartbeat that is asked for after it. */
function answerToSync(client: WireClient): Promise<object> {
  client.send({ action: ACTION.sync, channel: "in:room" });
  client.send({ action: ACTION.heartbeat, id: "after" });
  return client.next({});
}

test("SYNC tells who is present to a client that may hear of presence", async () => {
  const client = connectWire(host.port, { key: KEY });
  client.send({ action: ACTION.attach, channel: "in:room" });
  await client.next({ action: ACTION.sync });
  expect(await answerToSync(client)).toMatchObject({
    action: ACTION.sync,
    presence: [{ clientId: "alice", data: "secret" }],
  });
});

test.each([
  ["without the capability to subscribe", { key: "app.narrow:narrow-secret" }, {}],
  ["that did not ask for the mode", { key: KEY }, { modes: "publish,subscribe" }],
])("SYNC tells a client %s nothing", async (_, query, params) => {
  const client = connectWire(host.port, query);
  client.send({ action: ACTION.attach, channel: "in:room", params });
  expect((await client.next({ action: ACTION.attached })).error).toBeUndefined();
  expect(await answerToSync(client)).toEqual({ action: ACTION.heartbeat, id: "after" });
});

describe("a client that attaches again from a position that it has left behind", () => {
  const HAS_BACKLOG = 2;
  const RESUMED = 4;

  /** Hears one message and then attaches from before it, as if that had still been on its way. */
  async function attachAgain(room: string, params: Record<string, string>): Promise<WireClient> {
    const client = connectWire(host.port, { key: KEY });
    client.send({ action: ACTION.attach, channel: room, params: { delta: "vcdiff" } });
    const { channelSerial } = await client.next({ action: ACTION.attached });
    await host.rest().channels.get(room).publish("n", "once");
    await client.next({ action: ACTION.message, channel: room });
    client.send({ action: ACTION.attach, channel: room, params, channelSerial });
    return client;
  }

  test("with other options is not told again what it is told anyway", async () => {
    const client = await attachAgain("changing", { echo: "false" });
    const { flags } = await client.next({ action: ACTION.attached });
    expect((flags ?? 0) & (RESUMED | HAS_BACKLOG)).toBe(RESUMED);
    client.send({ action: ACTION.heartbeat, id: "after" });
    expect(await client.next({})).toEqual({ action: ACTION.heartbeat, id: "after" });
  });

  test("with the same options is told again what came after", async () => {
    const client = await attachAgain("asking again", { delta: "vcdiff" });
    const { flags } = await client.next({ action: ACTION.attached });
    expect((flags ?? 0) & (RESUMED | HAS_BACKLOG)).toBe(RESUMED | HAS_BACKLOG);
    expect((await client.next({ action: ACTION.message })).messages?.[0]).toMatchObject({ data: "once" });
  });
});
