/** Ends every token that names a channel: a person's notices channel is in each token of that person, whatever the name. */
import * as Ably from "ably";
import { connectionTo, restOptions } from "../ably-connection.ts";
import type { Endpoint } from "../config.ts";
import { limits } from "../limits.ts";
import type { Revoke } from "./end-of-banned.ts";

/** Makes what ends tokens, with the key that issued them: Ably lets no other key end them. */
export function createRevoke(key: string, endpoint: Endpoint | undefined): Revoke {
  const rest = new Ably.Rest({ ...restOptions(connectionTo(endpoint), limits.readyMs), key });
  return async (channel) => {
    const { results } = await rest.auth.revokeTokens([{ type: "channel", value: channel }]);
    const failed = results.find((result) => "error" in result);
    if (failed !== undefined && "error" in failed) throw new Error(failed.error.message);
  };
}
