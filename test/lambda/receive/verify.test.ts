/** The door by itself: who is let in by what, why others are not, and what they are told to the log. */
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Door, isSecret, type RawRequest, verify } from "../../../lambda/receive/verify.ts";

const KEY = { name: "appid.signer", secret: "s3cret" };
const BODY = '{"items":["ü"]}';
const signature = (secret = KEY.secret, bytes: string | Buffer = BODY) =>
  createHmac("sha256", secret).update(bytes).digest("base64");
const signed = (headers: Record<string, string> = {}, body = BODY): RawRequest => ({
  body,
  headers: { "x-ably-key": KEY.name, "x-ably-signature": signature(), ...headers },
});
const keyDoor: Door = { signingKeys: [KEY], webhookSecrets: [] };
const secretDoor: Door = { signingKeys: [], webhookSecrets: ["hush-hush"] };
const bothDoor: Door = { signingKeys: [KEY], webhookSecrets: ["hush-hush"] };
const refused = (reason: string) => ({ ok: false, reason });

describe("a signature", () => {
  test("lets its very bytes in, as text and as base64, whatever the case of the headers", () => {
    const verdict = verify(signed(), keyDoor);
    expect(verdict).toMatchObject({ ok: true, request: { proof: "signature", headers: { "x-ably-key": KEY.name } } });
    expect(verdict.ok && verdict.request.bytes.toString("utf8")).toBe(BODY);
    const encoded = { ...signed(), body: Buffer.from(BODY).toString("base64"), isBase64Encoded: true };
    expect(verify(encoded, keyDoor)).toMatchObject({ ok: true, request: { bytes: Buffer.from(BODY) } });
    const loud = { body: BODY, headers: { "X-Ably-Key": KEY.name, "X-ABLY-SIGNATURE": signature() } };
    expect(verify(loud, keyDoor)).toMatchObject({ ok: true });
  });

  test("may name its key by the id alone, and what follows a colon is not looked at", () => {
    for (const key of ["signer", "appid.signer:anything", "signer:"]) {
      expect(verify(signed({ "x-ably-key": key }), keyDoor)).toMatchObject({ ok: true });
    }
  });

  test("of other bytes, by another secret or in another spelling is wrong", () => {
    expect(verify(signed({}, "{}"), keyDoor)).toEqual(refused("wrong signature"));
    expect(verify(signed({ "x-ably-signature": signature("other") }), keyDoor)).toEqual(refused("wrong signature"));
    expect(verify(signed({ "x-ably-signature": signature().replace("=", "") }), keyDoor)).toEqual(
      refused("wrong signature"),
    );
  });

  test("by a key that nobody knows, or that is not named, is refused as that", () => {
    for (const key of ["", ":", "appid", "appid.other", "gner"]) {
      expect(verify(signed({ "x-ably-key": key }), keyDoor)).toEqual(refused("unknown key"));
    }
    const { "x-ably-signature": own } = signed().headers;
    expect(verify({ body: BODY, headers: { "x-ably-signature": own } }, keyDoor)).toEqual(refused("unknown key"));
    const nameless: Door = { signingKeys: [{ name: "", secret: KEY.secret }], webhookSecrets: [] };
    expect(verify(signed({ "x-ably-key": "" }), nameless)).toEqual(refused("unknown key"));
  });

  test("by an empty secret never counts", () => {
    const open: Door = { signingKeys: [{ ...KEY, secret: "" }], webhookSecrets: [] };
    expect(verify(signed({ "x-ably-signature": signature("") }), open)).toEqual(refused("wrong signature"));
  });

  test("must be right whatever else is there, but where no key is known the secret decides", () => {
    const secret = { "x-webhook-secret": "hush-hush" };
    expect(verify(signed({ ...secret, "x-ably-signature": "wrong" }), bothDoor)).toEqual(refused("wrong signature"));
    expect(verify(signed({ ...secret, "x-ably-signature": "wrong" }), secretDoor)).toMatchObject({ ok: true });
    expect(verify(signed(), secretDoor)).toEqual(refused("no credentials"));
  });
});

describe("a webhook secret", () => {
  const withSecret = (secret?: string): RawRequest => ({
    body: BODY,
    headers: secret === undefined ? {} : { "x-webhook-secret": secret },
  });

  test("lets in, and says so", () => {
    expect(verify(withSecret("hush-hush"), secretDoor)).toMatchObject({ ok: true, request: { proof: "secret" } });
    expect(verify(withSecret("hush-hush"), bothDoor)).toMatchObject({ ok: true, request: { proof: "secret" } });
  });

  test("that is wrong, missing or empty does not", () => {
    expect(verify(withSecret("hush"), secretDoor)).toEqual(refused("wrong secret"));
    expect(verify(withSecret(), secretDoor)).toEqual(refused("no credentials"));
    expect(verify(withSecret(""), secretDoor)).toEqual(refused("no credentials"));
    expect(verify(withSecret("hush-hush"), keyDoor)).toEqual(refused("no credentials"));
    expect(verify(withSecret("hush-hush"), { signingKeys: [], webhookSecrets: [] })).toEqual(refused("no credentials"));
    expect(verify({ headers: {} }, { signingKeys: [], webhookSecrets: [""] })).toEqual(refused("no credentials"));
  });

  test("is one of those that are known, and an empty one is none", () => {
    expect(isSecret("b", ["a", "b"])).toBe(true);
    expect(isSecret("c", ["a", "b"])).toBe(false);
    expect(isSecret("", [""])).toBe(false);
    expect(isSecret(undefined, ["undefined", ""])).toBe(false);
  });
});

test("a request without a body has no bytes", () => {
  const empty: RawRequest = { headers: { "x-ably-key": KEY.name, "x-ably-signature": signature(KEY.secret, "") } };
  expect(verify(empty, keyDoor)).toMatchObject({ ok: true, request: { bytes: Buffer.alloc(0) } });
});
