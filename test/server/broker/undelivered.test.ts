/** What happens to messages that a rule cannot deliver: refused where that is asked for, and told in any case. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { APP, type BrokerHost, hostBroker, KEY } from "./broker-host.ts";
import { attachTo, connectWire, type WireClient } from "./wire-client.ts";

let host: BrokerHost;
const silent = createServer(() => {}); // takes every request and answers none
afterEach(async () => {
  await host.close();
  silent.closeAllConnections();
  silent.close();
});

async function appWith(requestMode: "batch" | "single", refusesUndeliverable: boolean) {
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  return {
    ...APP,
    keys: [...APP.keys, { id: "operator", secret: "s", capability: { "[*]*": ["*"] } }],
    refusesUndeliverable,
    rules: [
      {
        id: "stuck",
        requestMode,
        source: { type: "channel.message", channelFilter: "^watched" },
        target: { url: `http://127.0.0.1:${port}/`, format: "json" },
      },
    ],
  } as const;
}

function publish(client: WireClient, channel: string, msgSerial: number): void {
  client.send({ action: ACTION.message, channel, msgSerial, messages: [{ id: `m${msgSerial}`, data: "d" }] });
}

test("a publish is refused with 70003 while its rule has no room, and others are not", async () => {
  host = await hostBroker({ apps: [await appWith("single", true)] });
  const client = connectWire(host.port, { key: KEY, clientId: "bob" });
  for (let serial = 0; serial < 35; serial++) publish(client, "watched", serial); // 25 under way, 10 waiting
  publish(client, "watched:other", 35);
  publish(client, "elsewhere", 36);
  expect(await client.next({ action: ACTION.nack })).toMatchObject({
    msgSerial: 35,
    error: { code: 70003, statusCode: 503 },
  });
  expect(await client.next({ action: ACTION.ack, msgSerial: 36 })).toBeDefined();
});

test("an ephemeral publish is refused where a rule would have to see it, and nowhere else", async () => {
  host = await hostBroker({ apps: [await appWith("batch", true)] });
  const client = connectWire(host.port, { key: KEY, clientId: "bob" });
  const messages = [{ data: "d", extras: { ephemeral: true } }];
  client.send({ action: ACTION.message, channel: "watched", msgSerial: 0, messages });
  client.send({ action: ACTION.message, channel: "elsewhere", msgSerial: 1, messages });
  expect(await client.next({ action: ACTION.nack })).toMatchObject({ msgSerial: 0, error: { code: 40000 } });
  expect(await client.next({ action: ACTION.ack, msgSerial: 1 })).toBeDefined();
});

test("what a rule drops is told on [meta]log:webhook and to the owner, with ids and without the text", async () => {
  const told: unknown[] = [];
  host = await hostBroker({ apps: [await appWith("single", false)], undelivered: (event) => told.push(event) });
  const operator = connectWire(host.port, { key: "app.operator:s" });
  await attachTo(operator, "[meta]log:webhook");
  const client = connectWire(host.port, { key: KEY, clientId: "bob" });
  for (let serial = 0; serial < 36; serial++) publish(client, "watched", serial);
  const { messages } = await operator.next({ action: ACTION.message });
  const [{ data }] = messages as [{ data: string }];
  expect(JSON.parse(data)).toMatchObject({
    ruleId: "stuck",
    error: { code: 70003 },
    messages: [{ channel: "watched", id: "m35", clientId: "bob" }],
  });
  expect(data).not.toContain('"d"');
  expect(told).toMatchObject([{ appId: "app", ruleId: "stuck", code: 70003, channel: "watched" }]);
});

test("draining takes nothing more from clients, and reports what its time was too short for", async () => {
  const clock = createFakeClock(Date.now());
  const told: string[] = [];
  host = await hostBroker({
    clock,
    apps: [await appWith("batch", false)],
    undelivered: ({ messages }) => told.push(...messages.map(({ id }) => String(id))),
  });
  const { token } = await host.rest().auth.requestToken({ clientId: "bob" });
  const client = connectWire(host.port, { access_token: token });
  for (const serial of [0, 1]) publish(client, "watched", serial);
  await client.next({ action: ACTION.ack });
  const drained = host.broker.drain(1_000);
  publish(client, "watched", 2);
  expect((await client.next({ action: ACTION.nack })).error).toMatchObject({ code: 50003, statusCode: 504 });
  await host.rest().channels.get("answers").publish("n", "the function goes on");
  clock.tick(1_000);
  await drained;
  expect(told).toEqual(["m0", "m1"]);
  await connectWire(host.port, { key: KEY }).closed;
});
