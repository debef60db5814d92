/** Signs Ably token requests that allow one visitor in one room exactly what the chat needs. */
import * as Ably from "ably";
import { limits } from "../limits.ts";
import { capabilityFor } from "./capability.ts";

export interface TokenIssuer {
  /** A fresh single-use token request. No network call: the key's secret signs it here. */
  issue(clientId: string, room: string | undefined): Promise<Ably.TokenRequest>;
}

export function createTokenIssuer(key: string, ttlMs: number = limits.tokenTtlMs): TokenIssuer {
  const rest = new Ably.Rest({ key, logLevel: 0 });
  return {
    issue: (clientId, room) =>
      rest.auth.createTokenRequest({ clientId, ttl: ttlMs, capability: capabilityFor(clientId, room) }),
  };
}
