import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerHost, hostBroker } from "../broker-host.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
});
afterAll(() => host.close());

test("presence history until attach ends where the client attached", async () => {
  const early = host.realtime({ clientId: "early" }).channels.get("room");
  await early.presence.enter();
  const late = host.realtime({ clientId: "late" }).channels.get("room");
  await late.attach();
  await late.presence.enter();
  const whole = await late.presence.history();
  expect(whole.items.map(({ clientId }) => clientId)).toEqual(["late", "early"]);
  const before = await late.presence.history({ untilAttach: true });
  expect(before.items.map(({ clientId }) => clientId)).toEqual(["early"]);
});

test("presence history from a serial forwards is refused", async () => {
  const params = { from_serial: "any", direction: "forwards" };
  const page = await host.rest().request("get", "/channels/room/presence/history", 4, params);
  expect([page.statusCode, page.errorCode]).toEqual([400, 40003]);
});

test("to ask for the status of a channel makes it active, but not for long", async () => {
  const details = await host.rest().channels.get("quiet").status();
  expect(details.channelId).toBe("quiet");
  expect(details.status.isActive).toBe(true);
  expect(details.status.occupancy.metrics).toMatchObject({ connections: 0, presenceMembers: 0 });
  await expect
    .poll(async () => (await host.rest().request("get", "/channels", 4, { by: "id" })).items)
    .not.toContain("quiet");
});
