/** Presence over REST. */
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

test("the members asked for by client or by connection are the only ones, however the parameter is written", async () => {
  const ann = host.realtime({ clientId: "ann" });
  const bob = host.realtime({ clientId: "bob" });
  for (const { channels } of [ann, bob]) await channels.get("pair").presence.enter();
  const asked = async (params: Record<string, string>): Promise<unknown[]> => {
    const page = await host.rest().request("get", "/channels/pair/presence", 4, params);
    return page.items.map(({ clientId }: { clientId: string }) => clientId);
  };
  expect(await asked({})).toEqual(["ann", "bob"]);
  expect(await asked({ clientId: "bob" })).toEqual(["bob"]);
  expect(await asked({ client_id: "bob" })).toEqual(["bob"]);
  expect(await asked({ connectionId: ann.connection.id ?? "" })).toEqual(["ann"]);
  expect(await asked({ connection_id: ann.connection.id ?? "" })).toEqual(["ann"]);
  expect(await asked({ connection_id: "nobody" })).toEqual([]);
});

test("to ask for the status of a channel makes it active, but not for long", async () => {
  const details = await host.rest().channels.get("quiet").status();
  expect(details).toMatchObject({ channelId: "quiet", name: "quiet" });
  expect(details.status.isActive).toBe(true);
  expect(details.status.occupancy.metrics).toMatchObject({ connections: 0, presenceMembers: 0 });
  await expect
    .poll(async () => (await host.rest().request("get", "/channels", 4, { by: "id" })).items)
    .not.toContain("quiet");
});
