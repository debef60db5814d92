/** Signs the token requests with which moderators watch `desk:live`, and nothing else. */
import * as Ably from "ably";
import { DESK_LIVE } from "../../lambda/channels.ts";
import { limits } from "../limits.ts";

export interface DeskTokens {
  /** A fresh single-use token request for a moderator. */
  issue(moderator: string): Promise<Ably.TokenRequest>;
}

/** Makes what signs them, with the desk's key. */
export function createDeskTokens(key: string): DeskTokens {
  const rest = new Ably.Rest({ key, logLevel: 0 });
  return {
    issue: (moderator) =>
      rest.auth.createTokenRequest({
        clientId: `desk ${moderator}`,
        ttl: limits.tokenTtlMs,
        capability: { [DESK_LIVE]: ["subscribe"] },
      }),
  };
}
