/** Who is taken for dead: only a peer that does not answer a ping. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ACTION } from "../../../../server/broker/wire/actions.ts";
import { createFakeClock, type FakeClock, settled } from "../../../helpers/fake-clock.ts";
import { type BrokerHost, hostBroker, KEY } from "../broker-host.ts";
import { attachTo, connectWire } from "../wire-client.ts";

let clock: FakeClock;
let host: BrokerHost;
beforeEach(async () => {
  clock = createFakeClock(Date.now());
  host = await hostBroker({ clock });
});
afterEach(() => host.close());

const publish = (text: string) => host.rest().channels.get("busy").publish("n", text);
const connected = () => host.broker.census("app")?.connected;

async function listener() {
  const client = connectWire(host.port, { key: KEY, heartbeats: "false" });
  await attachTo(client, "busy");
  return client;
}

// Silence was counted for everybody, but only quiet connections were pinged: whoever only listened was cut off.
test("a reader that only listens to a busy channel stays", async () => {
  const client = await listener();
  for (let second = 0; second < 120; second++) {
    clock.tick(1000);
    await publish(String(second));
    expect((await client.next({ action: ACTION.message })).messages?.[0]?.data).toBe(String(second));
  }
  expect(connected()).toBe(1);
}, 60_000);

// It took 84 seconds until the members of a peer that had vanished without a word left.
test.each(["busy", "quiet"])("a peer on a %s channel that answers neither of two pings is gone", async (kind) => {
  const client = await listener();
  client.pause();
  for (let second = 0; second < 20; second++) {
    clock.tick(1000);
    if (kind === "busy") await publish("d");
    await settled();
  }
  expect(connected()).toBe(1);
  for (let second = 20; second < 29; second++) {
    clock.tick(1000);
    await settled();
  }
  await expect.poll(connected).toBe(0);
  client.end();
});
