/** A token ends, is renewed on the open connection, or is revoked; the connection hears of it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { ACTION } from "../../../server/broker/wire/actions.ts";
import { createFakeClock, type FakeClock } from "../../helpers/fake-clock.ts";
import { type BrokerHost, hostBroker } from "./broker-host.ts";
import { attachTo, connectWire } from "./wire-client.ts";

let clock: FakeClock;
let host: BrokerHost;
beforeEach(async () => {
  clock = createFakeClock(Date.now());
  host = await hostBroker({ clock });
});
afterEach(() => host.close());

const tokenOf = async (clientId: string, ttl = 60_000, key = "app.root:root-secret"): Promise<string> =>
  (await host.rest({ key }).auth.requestToken({ clientId, ttl })).token;

test("the client is prompted before its token expires, and goes on with another", async () => {
  const client = connectWire(host.port, { access_token: await tokenOf("bob") });
  const { connectionId } = await client.next({ action: ACTION.connected });
  clock.tick(30_000);
  await client.next({ action: ACTION.auth });
  client.send({ action: ACTION.auth, auth: { accessToken: await tokenOf("bob") } });
  expect(await client.next({ action: ACTION.connected })).toMatchObject({
    connectionId,
    connectionDetails: { clientId: "bob" },
  });
  clock.tick(30_000);
  client.send({ action: ACTION.heartbeat, id: "still here" });
  expect(await client.next({ action: ACTION.heartbeat, id: "still here" })).toBeDefined();
});

test("the prompt comes half a minute before the end also when the token is hardly older than that", async () => {
  const client = connectWire(host.port, { access_token: await tokenOf("bob", 33_000) });
  await client.next({ action: ACTION.connected });
  clock.tick(3000);
  expect(await client.next({ action: ACTION.auth })).toEqual({ action: ACTION.auth });
});

test("a client that does not renew is sent away with 40142", async () => {
  const client = connectWire(host.port, { access_token: await tokenOf("bob") });
  await client.next({ action: ACTION.connected });
  clock.tick(60_000);
  expect((await client.next({ action: ACTION.disconnected })).error).toMatchObject({ code: 40142, statusCode: 401 });
  expect(await client.closed).toBe(1008);
});

test("a renewal cannot change the client", async () => {
  const client = connectWire(host.port, { access_token: await tokenOf("bob") });
  await client.next({ action: ACTION.connected });
  client.send({ action: ACTION.auth, auth: { accessToken: await tokenOf("eve") } });
  expect((await client.next({ action: ACTION.error })).error?.code).toBe(40102);
});

test("a renewal with less capability ends what it no longer covers", async () => {
  const client = connectWire(host.port, { access_token: await tokenOf("bob") });
  await attachTo(client, "room");
  const { token } = await host.rest().auth.requestToken({ clientId: "bob", capability: { other: ["*"] } });
  client.send({ action: ACTION.auth, auth: { accessToken: token } });
  expect(await client.next({ action: ACTION.error })).toMatchObject({ channel: "room", error: { code: 40160 } });
});

test("a revoked token ends its connection with 40141 and is refused from then on", async () => {
  const key = "app.revocable:revocable-secret";
  const token = await tokenOf("bob", 60_000, key);
  const client = connectWire(host.port, { access_token: token });
  await client.next({ action: ACTION.connected });
  clock.tick(1);
  const [result] = (await host.rest({ key }).auth.revokeTokens([{ type: "clientId", value: "bob" }])).results;
  expect(result).toMatchObject({ target: "clientId:bob" });
  clock.tick(1);
  expect((await client.next({ action: ACTION.disconnected })).error?.code).toBe(40141);
  const again = connectWire(host.port, { access_token: token });
  expect((await again.next({ action: ACTION.error })).error?.code).toBe(40141);
});

test("an expired token is refused with 40142 over REST as well", async () => {
  const token = await tokenOf("bob");
  clock.tick(60_001);
  const answer = await fetch(`http://127.0.0.1:${host.port}/channels/room/messages?access_token=${token}`);
  expect(answer.status).toBe(401);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("x-ably-errorcode")).toBe("40142");
});
