/** Revoked tokens of one app. */
import type { Grant } from "./grant.ts";

/** One revoked target: the tokens issued for it before one moment are refused from another moment on. */
export interface Revocation {
  readonly keyId: string;
  readonly type: "clientId" | "revocationKey" | "channel";
  readonly value: string;
  readonly issuedBefore: number;
  readonly appliesAt: number;
}

export class Revocations {
  readonly #known = new Set<Revocation>();
  readonly #max: number;
  readonly #lifeMs: number;

  constructor(max: number, lifeMs: number) {
    this.#max = max;
    this.#lifeMs = lifeMs;
  }

  /** Adds a revocation and answers whether there was room. It is kept for as long as a token that it hits can live. */
  add(revocation: Revocation, now: number): boolean {
    for (const old of this.#known) {
      if (covers(old, revocation, now)) return true;
      if (now - old.appliesAt > this.#lifeMs || covers(revocation, old, now)) this.#known.delete(old);
    }
    if (this.#known.size >= this.#max) return false;
    this.#known.add(revocation);
    return true;
  }

  /** Whether the token behind `grant` is revoked at `now`. */
  revokes(grant: Grant, now: number): boolean {
    if (grant.token === undefined || this.#known.size === 0) return false;
    for (const revocation of this.#known) {
      if (revocation.appliesAt <= now && hits(revocation, grant)) return true;
    }
    return false;
  }
}

/** Whether from `now` on `wide` hits every token that `narrow` hits, and no later. */
function covers(wide: Revocation, narrow: Revocation, now: number): boolean {
  const alike = wide.keyId === narrow.keyId && wide.type === narrow.type && wide.value === narrow.value;
  return alike && wide.issuedBefore >= narrow.issuedBefore && wide.appliesAt <= Math.max(narrow.appliesAt, now);
}

/** Whether `revocation` is about the token behind `grant`. */
export function hits(revocation: Revocation, grant: Grant): boolean {
  const { token, identity, capability, keyId } = grant;
  if (token === undefined || keyId !== revocation.keyId || token.issued >= revocation.issuedBefore) return false;
  switch (revocation.type) {
    case "clientId":
      return identity.kind === "client" && identity.clientId === revocation.value;
    case "revocationKey":
      return token.revocationKey === revocation.value;
    case "channel":
      return capability.has(revocation.value);
  }
}
