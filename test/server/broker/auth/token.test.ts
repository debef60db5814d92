/** Tokens that the SDK signed, and what is wrong with others. */
import { describe, expect, test } from "vitest";
import { parseCapability } from "../../../../server/broker/auth/capability.ts";
import { WILDCARD } from "../../../../server/broker/auth/grant.ts";
import type { Key } from "../../../../server/broker/auth/key.ts";
import { RecentKeys } from "../../../../server/broker/auth/nonces.ts";
import { checkToken, tokenAddress, writeToken } from "../../../../server/broker/auth/token.ts";
import { checkTokenRequest } from "../../../../server/broker/auth/token-request.ts";
import { DEFAULT_LIMITS } from "../../../../server/broker/limits.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const everything = parseCapability({ "*": ["*"] });
const capability = everything.ok ? everything.value : new Map();
const key: Key = {
  id: "keyid",
  name: "appid.keyid",
  secret: "secret",
  capability,
  revocableTokens: false,
  grant: { keyId: "keyid", identity: WILDCARD, capability },
};

const nonces = () => new RecentKeys(() => NOW, 240_000, 10);
const check = (request: object, now = NOW, seen = nonces()) =>
  checkTokenRequest(request, { key, trusted: false, nonces: seen, now, limits: DEFAULT_LIMITS });

/** Both were signed by the SDK. */
const FULL = {
  keyName: "appid.keyid",
  clientId: "bob",
  capability: '{"a":["*"],"b":["publish","subscribe"]}',
  ttl: 3_600_000,
  nonce: "1234567890123456",
  timestamp: NOW,
  mac: "DiL/E7B6y71n1YxYRIE7VPP8faftYjaxKDmdKpQFl0Q=",
};
const BARE = {
  keyName: "appid.keyid",
  nonce: "1234567890123456",
  timestamp: NOW,
  mac: "tqBP3ZOrZPYKLURmBKLk7QvpBLT87JNjjEGrXscP1U0=",
};

describe("a token request", () => {
  test("signed by the SDK is granted", () => {
    expect(check(FULL)).toMatchObject({ ok: true, value: { ttlMs: HOUR, clientId: "bob" } });
    expect(check(BARE)).toMatchObject({ ok: true, value: { ttlMs: HOUR } });
  });

  test("may carry numbers as text", () => {
    expect(check({ ...BARE, timestamp: String(NOW) })).toMatchObject({ ok: true });
  });

  test.each([
    ["another client id", { ...FULL, clientId: "eve" }, 40101],
    ["more time", { ...FULL, ttl: 3_600_001 }, 40101],
    [
      "the same capability written otherwise",
      { ...FULL, capability: '{"a":["*"], "b":["publish","subscribe"]}' },
      40101,
    ],
    ["no mac", { ...FULL, mac: undefined }, 40101],
    ["a list as mac", { ...FULL, mac: [] }, 40000],
    ["the name of another key", { ...FULL, keyName: "appid.other" }, 40000],
  ])("with %s is refused", (_, request, code) => {
    expect(check(request)).toMatchObject({ ok: false, error: { code } });
  });

  test("is refused when it is repeated, or more than two minutes off", () => {
    const seen = nonces();
    expect(check(FULL, NOW, seen).ok).toBe(true);
    expect(check(FULL, NOW, seen)).toMatchObject({ error: { code: 40105 } });
    expect(check(FULL, NOW + 120_001)).toMatchObject({ error: { code: 40104 } });
    expect(check(FULL, NOW - 120_001)).toMatchObject({ error: { code: 40104 } });
  });

  test.each([-1, 0, DAY + 1, "NaN", "soon"])("for a life of %s is refused with 40003", (ttl) => {
    const request = { keyName: key.name, ttl };
    expect(
      checkTokenRequest(request, { key, trusted: true, nonces: nonces(), now: NOW, limits: DEFAULT_LIMITS }),
    ).toMatchObject({
      error: { code: 40003, statusCode: 400 },
    });
  });
});

describe("a token", () => {
  const body = { keyId: "keyid", issued: NOW, expires: NOW + HOUR, capability: '{"a":["publish"]}', clientId: "bob" };

  test("of the broker's own names its app and key, and is believed when it is whole", async () => {
    const token = writeToken("appid", key, body);
    expect(token).toMatch(/^appid\.[\w-]+$/);
    expect(tokenAddress(token)).toEqual({ appId: "appid", keyId: "keyid" });
    expect(await checkToken(token, key, { now: NOW, maxTtlMs: DAY })).toMatchObject({
      ok: true,
      value: { identity: { kind: "client", clientId: "bob" }, token: { issued: NOW, expires: NOW + HOUR } },
    });
    expect(await checkToken(`${token.slice(0, -1)}_`, key, { now: NOW, maxTtlMs: DAY })).toMatchObject({
      error: { code: 40145 },
    });
    expect(await checkToken(token, { ...key, secret: "other" }, { now: NOW, maxTtlMs: DAY })).toMatchObject({
      error: { code: 40145 },
    });
  });

  const JWT =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImFwcGlkLmtleWlkIn0.eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMCwieC1hYmx5LWNhcGFiaWxpdHkiOiJ7XCJyb29tOipcIjpbXCJzdWJzY3JpYmVcIl19IiwieC1hYmx5LWNsaWVudElkIjoiYm9iIn0.4bN0YQjbgrD7wNNSM2kz-wak7pGcu5zsfynesrsWqG8";

  test("that is a JWT is believed as Ably believes it", async () => {
    expect(tokenAddress(JWT)).toEqual({ appId: "appid", keyId: "keyid" });
    const checked = await checkToken(JWT, key, { now: NOW, maxTtlMs: DAY });
    expect(checked).toMatchObject({ ok: true, value: { identity: { clientId: "bob" } } });
    expect(checked.ok && checked.value.capability.get("room:*")).toEqual(new Set(["subscribe"]));
  });

  test("that is a JWT is refused when it has expired, was changed, or lives too long", async () => {
    expect(await checkToken(JWT, key, { now: NOW + 2 * HOUR, maxTtlMs: DAY })).toMatchObject({
      error: { code: 40142 },
    });
    expect(await checkToken(`${JWT.slice(0, -2)}AA`, key, { now: NOW, maxTtlMs: DAY })).toMatchObject({
      error: { code: 40144 },
    });
    expect(await checkToken(JWT, key, { now: NOW, maxTtlMs: HOUR - 1 })).toMatchObject({ error: { code: 40144 } });
  });

  test.each(["", "token", "a.b", "appid.t-xxxx.yyyy", "..."])("%j names nothing", (text) => {
    expect(tokenAddress(text)).toBeUndefined();
  });
});
