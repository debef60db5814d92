/** What the server signs for one visitor, as a broker takes it, and how it ends. */
import * as Ably from "ably";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noticesChannel } from "../../../lambda/channels.ts";
import { createRevoke } from "../../../server/tokens/revoke.ts";
import { createTokenIssuer } from "../../../server/tokens/token-issuer.ts";
import { type StartedBroker, startBroker } from "../../helpers/start-broker.ts";

const KEY = "app.tokens:key-secret";
const ANN = "Ann.abcdefghij";
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** The SDK's own code: what it has is no longer good, and there is no way to another. */
const NEEDS_A_TOKEN = 40171;

let broker: StartedBroker;
beforeAll(async () => {
  const keys = [{ id: "tokens", secret: "key-secret", revocableTokens: true }];
  broker = await startBroker({ apps: [{ appId: "app", keys }] });
});
afterAll(async () => await broker.close());

const address = () => ({ endpoint: "127.0.0.1", port: broker.port, tls: false, logLevel: 0 }) as const;
const end = () => createRevoke(KEY, { host: "127.0.0.1", port: broker.port, tls: false })(noticesChannel(ANN));

/** The state in which a client with this token ends up. */
async function stateWith(token: Ably.TokenDetails): Promise<string> {
  const client = new Ably.Realtime({ ...address(), tokenDetails: token });
  const states = (["connected", "disconnected", "failed"] as const).map((state) => client.connection.whenState(state));
  await Promise.race(states);
  const { state } = client.connection;
  client.close();
  return state;
}

test("a token says what a token request would, and does not hold the key's secret", async () => {
  const issuer = createTokenIssuer(KEY);
  const signed = await issuer.sign(ANN, "garden");
  const asked = await issuer.issue(ANN, "garden");
  const { payload, protectedHeader } = await jwtVerify(signed.token, Buffer.from("key-secret"));
  expect(protectedHeader).toEqual({ typ: "JWT", alg: "HS256", kid: asked.keyName });
  expect(payload["x-ably-clientId"]).toBe(asked.clientId);
  expect(Object.keys(payload).sort()).toEqual(["exp", "iat", "x-ably-capability", "x-ably-clientId"]);
  const sorted = (capability: unknown) =>
    Object.entries(JSON.parse(String(capability)) as Record<string, string[]>)
      .map(([channel, rights]) => [channel, rights.toSorted()])
      .sort();
  expect(sorted(payload["x-ably-capability"])).toEqual(sorted(asked.capability));
  expect(Buffer.from(signed.token.split(".")[1] ?? "", "base64url").toString()).not.toContain("key-secret");
});

test("a token lives no longer than a key allows whose tokens can be ended, and a short one its time", async () => {
  const now = 1_700_000_000_500;
  const { issued, expires } = await createTokenIssuer(KEY, HOUR, () => now).sign(ANN, undefined);
  expect(expires - issued).toBe(HOUR);
  expect(expires).toBeGreaterThan(now + 57 * MINUTE);
  const short = await createTokenIssuer(KEY, 6_000, () => now).sign(ANN, undefined);
  expect(short.expires - now).toBeGreaterThanOrEqual(5_500);
  expect(short.expires - now).toBeLessThan(7_000);
});

test("a broker takes it, also when our clock is two minutes off", async () => {
  for (const off of [0, 2 * MINUTE, -2 * MINUTE]) {
    const issuer = createTokenIssuer(KEY, HOUR, () => Date.now() + off);
    expect(await stateWith(await issuer.sign(ANN, undefined)), `${off} ms`).toBe("connected");
  }
});

test("it is ended as other tokens are, in the second in which it was signed and by a clock that is fast", async () => {
  const fast = createTokenIssuer(KEY, HOUR, () => Date.now() + 1.9 * MINUTE);
  const tokens = [await createTokenIssuer(KEY).sign(ANN, undefined), await fast.sign(ANN, undefined)];
  const [token] = tokens;
  if (token === undefined) throw new Error("no token");
  const client = new Ably.Realtime({ ...address(), tokenDetails: token });
  await client.connection.whenState("connected");
  await end();
  await client.connection.whenState("failed");
  expect(client.connection.errorReason?.code).toBe(NEEDS_A_TOKEN);
  client.close();
  for (const ended of tokens) expect(await stateWith(ended)).not.toBe("connected");
});
