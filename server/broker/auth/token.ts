/** Tokens: writes those of the broker, and checks those and JWTs. */
import { errors as joseErrors, jwtVerify } from "jose";
import { ok, type Result, refuse } from "../errors.ts";
import { isRecord } from "../wire/fields.ts";
import { type Capability, intersect, parseCapability } from "./capability.ts";
import { readClaims } from "./claims.ts";
import { type Grant, identityOf } from "./grant.ts";
import { type Key, sameText, sign } from "./key.ts";

/**
 * What a token of the broker says. Its text is `<appId>.t-<body><mac>`, with one dot where a JWT has two. It carries its
 * grant and is signed with the key, so nothing has to be stored.
 */
export interface TokenBody {
  readonly keyId: string;
  readonly issued: number;
  readonly expires: number;
  readonly capability: string;
  readonly clientId?: string;
}

/** The length of an HMAC-SHA256 in base64url. */
const MAC_LENGTH = 43;
const OWN_TOKEN = /^([^.\s]+)\.t-([\w-]+)$/;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const JWT_LEEWAY_SECONDS = 60;

/** The app and key that a token names. Nothing of it has been checked yet. */
export interface TokenAddress {
  readonly appId: string;
  readonly keyId: string;
}

/** Reads the app and key that a token names, without checking it. */
export function tokenAddress(token: string): TokenAddress | undefined {
  const own = OWN_TOKEN.exec(token);
  if (own !== null) {
    const body = parseBody((own[2] ?? "").slice(0, -MAC_LENGTH));
    return body === undefined ? undefined : { appId: own[1] ?? "", keyId: body.keyId };
  }
  if (!JWT.test(token)) return undefined;
  const kid = jwtHeader(token)?.kid;
  if (typeof kid !== "string") return undefined;
  const dot = kid.indexOf(".");
  return dot < 1 ? undefined : { appId: kid.slice(0, dot), keyId: kid.slice(dot + 1) };
}

/** Writes a token of the broker. */
export function writeToken(appId: string, key: Key, body: TokenBody): string {
  const text = Buffer.from(JSON.stringify(body)).toString("base64url");
  const signed = `${appId}.t-${text}`;
  return `${signed}${sign(key.secret, signed).toString("base64url")}`;
}

/** Checks a token against its key; expiry is for the caller, who knows what an expired token is good for. */
export function checkToken(token: string, key: Key, life: TokenLife): Result<Grant> | Promise<Result<Grant>> {
  return OWN_TOKEN.test(token) ? checkOwnToken(token, key) : checkJwt(token, key, life);
}

/** The time, and how long a JWT may live at most. */
interface TokenLife {
  readonly now: number;
  readonly maxTtlMs: number;
}

function checkOwnToken(token: string, key: Key): Result<Grant> {
  const signed = token.slice(0, -MAC_LENGTH);
  const body = parseBody(signed.slice(signed.indexOf(".t-") + 3));
  const mac = sign(key.secret, signed).toString("base64url");
  if (body === undefined || !sameText(mac, token.slice(-MAC_LENGTH))) {
    return refuse(40145, "unable to accept the token; its signature does not match");
  }
  const capability = parseCapability(body.capability);
  if (!capability.ok) return capability;
  return ok({
    keyId: key.id,
    identity: identityOf(body.clientId),
    capability: capability.value,
    token: { issued: body.issued, expires: body.expires },
  });
}

async function checkJwt(token: string, key: Key, { now, maxTtlMs }: TokenLife): Promise<Result<Grant>> {
  let claims: Readonly<Record<string, unknown>>;
  try {
    const verified = await jwtVerify(token, Buffer.from(key.secret), {
      algorithms: ["HS256"],
      currentDate: new Date(now),
      clockTolerance: JWT_LEEWAY_SECONDS,
      requiredClaims: ["iat", "exp"],
    });
    claims = verified.payload;
  } catch (error) {
    if (error instanceof joseErrors.JWTExpired) return refuse(40142, "unable to accept the token; it has expired");
    return refuse(40144, "unable to accept the JWT; its signature or claims are not valid");
  }
  const issued = Number(claims.iat) * 1000;
  const expires = Number(claims.exp) * 1000;
  if (!(expires > issued) || expires - issued > maxTtlMs) {
    return refuse(40144, "unable to accept the JWT; its life is longer than allowed");
  }
  const clientId = claims["x-ably-clientId"];
  const revocationKey = claims["x-ably-revocation-key"];
  if (clientId !== undefined && typeof clientId !== "string") {
    return refuse(40144, "unable to accept the JWT; x-ably-clientId is not a string");
  }
  const capability = jwtCapability(claims["x-ably-capability"], key);
  if (!capability.ok) return capability;
  const read = readClaims(claims);
  if (!read.ok) return read;
  return ok({
    keyId: key.id,
    identity: identityOf(clientId),
    capability: capability.value,
    ...(read.value !== undefined && { claims: read.value }),
    token: { issued, expires, ...(typeof revocationKey === "string" && { revocationKey }) },
  });
}

function jwtCapability(claim: unknown, key: Key): Result<Capability> {
  if (claim === undefined) return ok(key.capability); // documented as required, but the SDK's own suite goes without
  const asked = parseCapability(claim);
  if (!asked.ok) return refuse(40144, "unable to accept the JWT; x-ably-capability is not valid");
  return ok(intersect(asked.value, key.capability));
}

function parseBody(text: string): TokenBody | undefined {
  const value = parseJson(Buffer.from(text, "base64url").toString("utf8"));
  if (!isRecord(value)) return undefined;
  const { keyId, issued, expires, capability, clientId } = value;
  if (typeof keyId !== "string" || typeof issued !== "number" || typeof expires !== "number") return undefined;
  if (typeof capability !== "string" || (clientId !== undefined && typeof clientId !== "string")) return undefined;
  return { keyId, issued, expires, capability, ...(clientId !== undefined && { clientId }) };
}

function jwtHeader(token: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString("utf8"));
  return isRecord(value) ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
