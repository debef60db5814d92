/** Signs what lets one visitor do in one room exactly what the chat needs: a request for a token, or a token itself. */
import * as Ably from "ably";
import { SignJWT } from "jose";
import { limits } from "../limits.ts";
import { capabilityFor } from "./capability.ts";

/** Neither needs a network call: the key's secret signs both here, and holds for both the same. */
export interface TokenIssuer {
  /** A fresh single-use token request, which Ably exchanges for a token. */
  issue(clientId: string, room: string | undefined): Promise<Ably.TokenRequest>;
  /** A token that Ably takes as it is, a JWT: it saves a visitor the exchange. */
  sign(clientId: string, room: string | undefined): Promise<Ably.TokenDetails>;
}

/** Makes what signs, with a key of the form `app.id:secret`. */
export function createTokenIssuer(
  key: string,
  ttlMs: number = limits.tokenTtlMs,
  now: () => number = Date.now,
): TokenIssuer {
  const rest = new Ably.Rest({ key, logLevel: 0 });
  const end = key.indexOf(":");
  const keyName = key.slice(0, end);
  const secret = new TextEncoder().encode(key.slice(end + 1));
  return {
    issue: (clientId, room) =>
      rest.auth.createTokenRequest({ clientId, ttl: ttlMs, capability: capabilityFor(clientId, room) }),
    async sign(clientId, room) {
      const at = Math.floor(now() / 1_000);
      // Ably compares this with its own clock where it ends tokens: a clock of ours that is fast must not save one.
      const issued = at - limits.clockSlackMs / 1_000;
      const expires = Math.min(at + Math.ceil(ttlMs / 1_000), issued + limits.tokenTtlMs / 1_000);
      const capability = JSON.stringify(capabilityFor(clientId, room));
      const token = await new SignJWT({ "x-ably-capability": capability, "x-ably-clientId": clientId })
        .setProtectedHeader({ typ: "JWT", alg: "HS256", kid: keyName })
        .setIssuedAt(issued)
        .setExpirationTime(expires)
        .sign(secret);
      return { token, clientId, capability, issued: issued * 1_000, expires: expires * 1_000 };
    },
  };
}
