/** API keys: how one is written, compared and signed with. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { type Capability, FULL_CAPABILITY } from "./capability.ts";
import type { Grant } from "./grant.ts";

/** An API key of an app: `<appId>.<id>:<secret>`. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly capability: Capability;
  readonly revocableTokens: boolean;
  /** What the key is worth to whoever shows it and takes no client id. */
  readonly grant: Grant;
}

/** The remedy for a wrong key. */
export const WHAT_TO_SET = "set the client's key to one that the broker was started with";

/** Splits `appId.keyId:secret`. */
export function parseKeyString(text: string): { name: string; appId: string; id: string; secret: string } | undefined {
  const match = /^([^.:\s]+)\.([^:\s]+):([^:\s]+)$/.exec(text);
  if (match === null) return undefined;
  const [, appId = "", id = "", secret = ""] = match;
  return { name: `${appId}.${id}`, appId, id, secret };
}

/** Splits `appId.keyId`. */
export function parseKeyName(text: string): { appId: string; id: string } | undefined {
  const match = /^([^.:\s]+)\.([^:\s]+)$/.exec(text);
  return match === null ? undefined : { appId: match[1] ?? "", id: match[2] ?? "" };
}

/** Compares two texts in a time that depends on their lengths alone. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** HMAC-SHA256 of `text` under the key's secret. */
export const sign = (secret: string, text: string): Buffer => createHmac("sha256", secret).update(text).digest();

/** A key without a capability of its own may do everything. */
export const DEFAULT_CAPABILITY: Capability = FULL_CAPABILITY;
