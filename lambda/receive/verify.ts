/**
 * The door. A request is let in when the secret of a signing key signed its very bytes (batched requests) or when it
 * carries the webhook secret (single requests). Everything else is refused before a byte of it is interpreted: only
 * this file makes a `Verified`, and `parse` takes nothing else.
 *
 * A signature that is present must be right, whatever else the request carries.
 */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { SigningKey } from "../config.ts";

declare const verified: unique symbol;

/** Bytes that came from the rule, with the headers they came with (names in lower case). */
export interface Verified {
  readonly [verified]: true;
  readonly bytes: Buffer;
  readonly headers: Headers;
  /** What showed that they came from there. The signature covers the bytes alone, the secret the headers as well. */
  readonly proof: Proof;
}

type Proof = "signature" | "secret";

export type Headers = Readonly<Record<string, string | undefined>>;

/** What the door knows; closed for good when both are empty. */
export interface Door {
  readonly signingKeys: readonly SigningKey[];
  readonly webhookSecrets: readonly string[];
}

export interface RawRequest {
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly headers: Headers;
}

export type Verdict =
  | { readonly ok: true; readonly request: Verified }
  | { readonly ok: false; readonly reason: Refusal };

/** Why somebody stayed outside; it is counted and logged, never told. */
type Refusal = "no credentials" | "unknown key" | "wrong signature" | "wrong secret";

/** Check who sent these bytes, in constant time, without looking into them. */
export function verify(request: RawRequest, door: Door): Verdict {
  const headers = lowerCased(request.headers);
  const bytes = Buffer.from(request.body ?? "", request.isBase64Encoded === true ? "base64" : "utf8");
  const proven = prove(bytes, headers, door);
  if (!proven.ok) return proven;
  return { ok: true, request: { bytes, headers, proof: proven.proof } as Verified };
}

type Proven = { readonly ok: true; readonly proof: Proof } | { readonly ok: false; readonly reason: Refusal };

const refuse = (reason: Refusal): Proven => ({ ok: false, reason });

function prove(bytes: Buffer, headers: Headers, door: Door): Proven {
  const signature = headers["x-ably-signature"] ?? "";
  const secret = headers["x-webhook-secret"] ?? "";
  if (signature !== "" && door.signingKeys.length > 0) {
    const signer = findKey(headers["x-ably-key"] ?? "", door.signingKeys);
    if (signer === undefined) return refuse("unknown key");
    return isSignedBy(signer, bytes, signature) ? { ok: true, proof: "signature" } : refuse("wrong signature");
  }
  if (secret !== "" && door.webhookSecrets.length > 0) {
    return isSecret(secret, door.webhookSecrets) ? { ok: true, proof: "secret" } : refuse("wrong secret");
  }
  return refuse("no credentials");
}

/** The header may hold the key's name or its id alone; what follows a colon would be a secret and is not looked at. */
function findKey(header: string, keys: readonly SigningKey[]): SigningKey | undefined {
  const name = header.split(":")[0] ?? "";
  if (name === "") return undefined;
  return keys.find((key) => key.name === name || key.name.slice(key.name.indexOf(".") + 1) === name);
}

/** Standard base64 of the HMAC, compared as text: decoding first would let several spellings of one MAC pass. */
function isSignedBy(key: SigningKey, bytes: Buffer, signature: string): boolean {
  if (key.secret === "") return false;
  const given = Buffer.from(signature);
  const right = Buffer.from(createHmac("sha256", key.secret).update(bytes).digest("base64"));
  // everybody knows the length of a signature
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Is this one of the secrets that are known? Hashing first makes the lengths equal, so that not even those show. */
export function isSecret(secret: string | undefined, known: readonly string[]): boolean {
  if (secret === undefined) return false;
  const given = hashed(secret);
  return hashesOf(known).some((one) => timingSafeEqual(given, one));
}

/** The hashes of the secrets that are known, made once. */
const hashes = new WeakMap<readonly string[], readonly Buffer[]>();

function hashesOf(known: readonly string[]): readonly Buffer[] {
  const there = hashes.get(known);
  if (there !== undefined) return there;
  const made = known.filter((one) => one !== "").map(hashed);
  hashes.set(known, made);
  return made;
}

const hashed = (text: string): Buffer => hash("sha256", text, "buffer");

/** Lambda hands lower-case names over; a hand-written front may not. */
function lowerCased(headers: Headers): Headers {
  if (Object.keys(headers).every((name) => name === name.toLowerCase())) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
