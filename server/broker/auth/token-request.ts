/** Token requests: checks one and says what token to issue (https://ably.com/docs/api/token-request-spec). */
import { ok, type Result, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { Fields } from "../wire/fields.ts";
import { type Capability, intersect, parseCapability } from "./capability.ts";
import { type Key, sameText, sign, WHAT_TO_SET } from "./key.ts";

/** What token to issue. */
export interface TokenTerms {
  readonly ttlMs: number;
  readonly capability: Capability;
  readonly clientId?: string;
}

/** Remembers nonces for as long as a timestamp is accepted; answers whether this one is new. */
export interface Nonces {
  use(nonce: string): "new" | "seen" | "full";
}

/** What a token request is checked against. */
export interface TokenRequestContext {
  readonly key: Key;
  /** Whether Basic auth with that key came along, so that no mac is needed. */
  readonly trusted: boolean;
  readonly nonces: Nonces;
  readonly now: number;
  readonly limits: Limits;
}

/** Checks a token request, and says what to issue. */
export function checkTokenRequest(value: unknown, context: TokenRequestContext): Result<TokenTerms> {
  const { key, trusted, nonces, now, limits } = context;
  const fields = new Fields(value, "token request");
  const keyName = fields.string("keyName");
  const mac = fields.string("mac");
  const nonce = fields.string("nonce");
  const clientId = fields.string("clientId");
  const capabilityText = readCapabilityText(fields);
  const ttl = readNumber(fields, "ttl");
  const timestamp = readNumber(fields, "timestamp");
  if (fields.problem !== undefined) return refuse(40000, `unable to issue a token; ${fields.problem}`);
  if (keyName !== undefined && keyName !== key.name) {
    return refuse(40000, "unable to issue a token; keyName is not the one of the address");
  }
  if (mac !== undefined || !trusted) {
    const text = [key.name, ttl.text, capabilityText, clientId, timestamp.text, nonce]
      .map((line) => `${line ?? ""}\n`)
      .join("");
    if (mac === undefined || !sameText(mac, sign(key.secret, text).toString("base64"))) {
      return refuse(40101, `unable to issue a token; the mac does not match: ${WHAT_TO_SET}`);
    }
    if (timestamp.value === undefined || Math.abs(now - timestamp.value) > limits.tokenSkewMs) {
      return refuse(40104, "unable to issue a token; the timestamp is not current");
    }
    if (nonce === undefined || nonce.length < MIN_NONCE) {
      return refuse(40101, "unable to issue a token; the nonce is missing or too short");
    }
    const use = nonces.use(`${key.id}:${nonce}`);
    if (use === "seen") return refuse(40105, "unable to issue a token; the nonce has been used");
    if (use === "full") return refuse(42910, "unable to issue a token; too many requests");
  }
  return termsOf(key, { ttl, capabilityText, clientId }, limits);
}

const MIN_NONCE = 16;

interface AskedTerms {
  readonly ttl: NumberField;
  readonly capabilityText: string | undefined;
  readonly clientId: string | undefined;
}

function termsOf(key: Key, { ttl, capabilityText, clientId }: AskedTerms, limits: Limits): Result<TokenTerms> {
  const maxTtl = key.revocableTokens ? limits.revocableTokenMaxTtlMs : limits.tokenMaxTtlMs;
  const ttlMs = ttl.text === undefined ? Math.min(limits.tokenTtlMs, maxTtl) : ttl.value;
  if (ttlMs === undefined || ttlMs <= 0 || ttlMs > maxTtl) {
    return refuse(40003, "unable to issue a token; ttl is not a number of milliseconds within the allowed range");
  }
  if (clientId === "") return refuse(40012, "unable to issue a token; clientId is empty");
  const capability = grantedCapability(key, capabilityText);
  if (!capability.ok) return capability;
  return ok({ ttlMs, capability: capability.value, ...(clientId !== undefined && { clientId }) });
}

function grantedCapability(key: Key, text: string | undefined): Result<Capability> {
  if (text === undefined || text === "") return ok(key.capability);
  const asked = parseCapability(text);
  if (!asked.ok) return asked;
  const granted = intersect(asked.value, key.capability);
  if (granted.size === 0) return refuse(40160, "unable to issue a token; the key has none of the asked capability");
  return ok(granted);
}

/** A number with the text that was signed for it: numbers may come as decimal strings. */
interface NumberField {
  readonly text: string | undefined;
  readonly value: number | undefined;
}

function readNumber(fields: Fields, key: string): NumberField {
  const raw = fields.raw(key);
  if (raw === undefined) return { text: undefined, value: undefined };
  if (typeof raw === "number" && Number.isFinite(raw)) return { text: String(raw), value: raw };
  if (typeof raw === "string") return { text: raw, value: /^-?\d{1,15}$/.test(raw) ? Number(raw) : undefined };
  fields.problem ??= `${key} is not a number`;
  return { text: undefined, value: undefined };
}

/** The signature covers the text as it came. An unsigned request may hold the object instead of its text. */
function readCapabilityText(fields: Fields): string | undefined {
  const raw = fields.raw("capability");
  if (raw === undefined || typeof raw === "string") return raw;
  return JSON.stringify(raw);
}
