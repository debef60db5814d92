/** Changes of messages: admitted like publishes, and once. */
import { afterEach, describe, expect, test } from "vitest";
import type { BrokerOptions, Limits } from "../../../../server/broker/index.ts";
import { ACTION, MESSAGE_ACTION } from "../../../../server/broker/wire/actions.ts";
import { createFakeClock } from "../../../helpers/fake-clock.ts";
import { APP, type BrokerHost, hostBroker, KEY } from "../broker-host.ts";
import { connectWire, type WireClient } from "../wire-client.ts";

let host: BrokerHost;
afterEach(() => host.close());

const clock = createFakeClock(Date.now()); // the SDK dates what it signs
const ROOM = "mutable:room";

async function hosted(limits: Partial<Limits> = {}, apps: NonNullable<BrokerOptions["apps"]> = [APP]): Promise<void> {
  host = await hostBroker({ limits, apps, clock });
}

/** A message of bob's that says "A". */
async function written(): Promise<{ bob: WireClient; connectionKey: string; serial: string }> {
  const bob = connectWire(host.port, { key: KEY, clientId: "bob" });
  const { connectionDetails } = await bob.next({ action: ACTION.connected });
  bob.send({ action: ACTION.message, channel: ROOM, msgSerial: 0, messages: [{ data: "A" }] });
  const { res } = await bob.next({ action: ACTION.ack });
  return { bob, connectionKey: String(connectionDetails?.connectionKey), serial: res?.[0]?.serials[0] ?? "" };
}

const changing = (msgSerial: number, message: object) => ({
  action: ACTION.message,
  channel: ROOM,
  msgSerial,
  messages: [message],
});

async function latest(serial: string): Promise<Record<string, unknown>> {
  const at = `/channels/${encodeURIComponent(ROOM)}/messages/${encodeURIComponent(serial)}`;
  const answer = await fetch(`http://127.0.0.1:${host.port}${at}?key=${KEY}`);
  return Object(await answer.json());
}

describe("a change that is sent again", () => {
  test("on the resumed connection is answered as before and applied once", async () => {
    await hosted();
    const { bob, connectionKey, serial } = await written();
    bob.send(changing(1, { serial, action: MESSAGE_ACTION.append, data: "B" }));
    const first = await bob.next({ action: ACTION.ack });
    bob.end();
    const again = connectWire(host.port, { key: KEY, clientId: "bob", resume: connectionKey });
    await again.next({ action: ACTION.connected });
    again.send(changing(1, { serial, action: MESSAGE_ACTION.append, data: "B" }));
    expect((await again.next({ action: ACTION.ack })).res).toEqual(first.res);
    expect(await latest(serial)).toMatchObject({ data: "AB" });
    again.send(changing(2, { serial, action: MESSAGE_ACTION.append, data: "C" }));
    await again.next({ action: ACTION.ack });
    expect(await latest(serial)).toMatchObject({ data: "ABC" });
  });

  test("is answered although there is no room for it a second time", async () => {
    await hosted({ messageBytes: 8 }); // "AB" of bob, changed by bob
    const { bob, serial } = await written();
    bob.send(changing(1, { serial, action: MESSAGE_ACTION.append, data: "B" }));
    const first = await bob.next({ action: ACTION.ack });
    bob.send(changing(1, { serial, action: MESSAGE_ACTION.append, data: "B" }));
    expect((await bob.next({ action: ACTION.ack })).res).toEqual(first.res);
    bob.send(changing(2, { serial, action: MESSAGE_ACTION.append, data: "B" }));
    expect((await bob.next({ action: ACTION.nack })).error?.code).toBe(40009);
  });
});

/** A key that may do everything but speak to the broker. */
const PLAIN = "app.plain:plain-secret";
const OPERATIONS = ["publish", "subscribe", "history", "message-update-any", "message-delete-any"] as const;
const PLAIN_APP = {
  ...APP,
  keys: [...APP.keys, { id: "plain", secret: "plain-secret", capability: { "*": OPERATIONS } }],
};

describe("a change is refused", () => {
  test.each([
    ["that keeps rules away without the capability", { extras: { privileged: { skipRule: "*" } } }, 40160],
    ["that is ephemeral", { extras: { ephemeral: true } }, 40000],
    ["in the name of somebody else", { version: { clientId: "admin" } }, 40012],
  ])("%s", async (_, fields, code) => {
    await hosted({}, [PLAIN_APP]);
    const { serial } = await written();
    const bob = connectWire(host.port, { key: PLAIN, clientId: "bob" });
    await bob.next({ action: ACTION.connected });
    for (const [msgSerial, action] of [1, 2, 5].entries()) {
      bob.send(changing(msgSerial, { serial, action, data: "B", ...fields }));
      expect((await bob.next({ action: ACTION.nack })).error?.code).toBe(code);
    }
    expect(await latest(serial)).toMatchObject({ data: "A" });
  });

  test("over REST from nobody in particular in anybody's name", async () => {
    await hosted({}, [PLAIN_APP]);
    const { serial } = await written();
    const { token } = await host.rest({ key: PLAIN }).auth.requestToken();
    const at = `/channels/${encodeURIComponent(ROOM)}/messages/${encodeURIComponent(serial)}`;
    const answer = await fetch(`http://127.0.0.1:${host.port}${at}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ action: MESSAGE_ACTION.update, data: "B", version: { clientId: "admin" } }),
    });
    expect([answer.status, answer.headers.get("x-ably-errorcode")]).toEqual([400, "40012"]);
  });
});

test("the note of a change counts toward its size", async () => {
  await hosted({ messageBytes: 20 });
  const { bob, serial } = await written();
  bob.send(changing(1, { serial, action: MESSAGE_ACTION.update, data: "B", version: { description: "0123456789" } }));
  expect(await bob.next({ action: ACTION.ack })).toMatchObject({ msgSerial: 1 });
  bob.send(
    changing(2, { serial, action: MESSAGE_ACTION.update, data: "B", version: { description: "01234567890123" } }),
  );
  expect(await bob.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 2, error: { code: 40009 } });
});

test("changes count against the rate of the channel", async () => {
  await hosted({ channelMessageRate: 2 });
  const { bob, serial } = await written();
  bob.send(changing(1, { serial, action: MESSAGE_ACTION.update, data: "B" }));
  bob.send(changing(2, { serial, action: MESSAGE_ACTION.update, data: "C" }));
  expect(await bob.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 2, error: { code: 42913 } });
  expect(await latest(serial)).toMatchObject({ data: "B" });
});
