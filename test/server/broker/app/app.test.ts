/** An app that is deleted leaves nothing behind. */
import { expect, test } from "vitest";
import { ACTION } from "../../../../server/broker/wire/actions.ts";
import { createFakeClock } from "../../../helpers/fake-clock.ts";
import { APP, hostBroker, KEY } from "../broker-host.ts";
import { connectWire } from "../wire-client.ts";

test("a deleted app leaves nothing on the timer, whatever its channels held", async () => {
  const clock = createFakeClock(Date.now());
  const host = await hostBroker({ clock, apps: [] });
  host.broker.createApp({ ...APP, channels: [{ name: "fixed", presence: [{ clientId: "carol" }] }] });
  const client = connectWire(host.port, { key: KEY });
  client.send({ action: ACTION.attach, channel: "room", params: { occupancy: "metrics" } });
  await client.next({ action: ACTION.attached });
  await host.rest().channels.get("quiet").publish("n", "kept for two minutes");
  expect(clock.pending).toBe(1);
  host.broker.deleteApp("app");
  await client.closed;
  clock.tick(2000); // the last look at the connections, and the time to hang up
  expect(clock.pending).toBe(0);
  await host.close();
});
