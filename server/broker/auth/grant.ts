/** A grant: the key, client id, capability and token life that some credentials are worth. */
import type { Capability } from "./capability.ts";
import type { Claims } from "./claims.ts";

/** Which client id the holder of some credentials has. */
export type Identity =
  | { readonly kind: "anonymous" }
  | { readonly kind: "wildcard" }
  | { readonly kind: "client"; readonly clientId: string };

/** What valid credentials allow their holder. */
export interface Grant {
  readonly keyId: string;
  readonly identity: Identity;
  readonly capability: Capability;
  /** The claims of a JWT; absent when it has none. */
  readonly claims?: Claims;
  /** The life of a token; a key has none. */
  readonly token?: {
    readonly issued: number;
    readonly expires: number;
    readonly revocationKey?: string;
  };
}

const ANONYMOUS: Identity = { kind: "anonymous" };
export const WILDCARD: Identity = { kind: "wildcard" };

/** The identity that `clientId` names; absent is anonymous, `*` anyone. */
export function identityOf(clientId: string | undefined): Identity {
  if (clientId === undefined || clientId === "") return ANONYMOUS;
  return clientId === "*" ? WILDCARD : { kind: "client", clientId };
}

/** The client id to tell and to stamp, where there is exactly one. */
export const clientIdOf = (identity: Identity): string | undefined =>
  identity.kind === "client" ? identity.clientId : undefined;

/** Whether the holder of `identity` may speak as `clientId`. */
export const maySpeakAs = (identity: Identity, clientId: string): boolean =>
  identity.kind === "wildcard" ? clientId !== "*" : identity.kind === "client" && identity.clientId === clientId;
