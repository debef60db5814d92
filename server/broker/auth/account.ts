/** Accounts: on whose account the limits count what is asked of the broker. */
import type { Grant } from "./grant.ts";

/**
 * The account of somebody who came with this grant from this address: each client has one, those without a client id have
 * one for each address. Whoever shows a key is a server of the app's own team: it has none, and a reserve.
 */
export function accountOf({ token, identity }: Grant, address: string): string | undefined {
  if (token === undefined) return undefined;
  return identity.kind === "client" ? `client:${identity.clientId}` : addressAccount(address);
}

/** The account of everybody who comes from this address. */
const addressAccount = (address: string): string => `address:${address}`;
