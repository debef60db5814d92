/** Accounts: on whose account the limits count what is asked of the broker. */
import type { Grant } from "./grant.ts";

/**
 * The account of somebody who came with this grant from this address. Each client id has one account; clients without
 * an id share one for each address. A holder of a key is a server of the app's own team: it has no account, but a
 * reserve.
 */
export function accountOf({ token, identity }: Grant, address: string): string | undefined {
  if (token === undefined) return undefined;
  return identity.kind === "client" ? `client:${identity.clientId}` : addressAccount(address);
}

/** The account that everybody at one address shares. */
const addressAccount = (address: string): string => `address:${address}`;
