import type { Grant } from "./grant.ts";

/** Revoked targets of one app: tokens issued before a moment are no longer accepted from another moment on. */
export interface Revocation {
  readonly keyId: string;
  readonly type: "clientId" | "revocationKey" | "channel";
  readonly value: string;
  readonly issuedBefore: number;
  readonly appliesAt: number;
}

export class Revocations {
  readonly #byTarget = new Map<string, Revocation>();
  readonly #max: number;
  readonly #lifeMs: number;

  constructor(max: number, lifeMs: number) {
    this.#max = max;
    this.#lifeMs = lifeMs;
  }

  /** Answers whether there was room. A revocation is remembered for as long as a token that it hits can live. */
  add(revocation: Revocation, now: number): boolean {
    for (const [target, old] of this.#byTarget) {
      if (now - old.appliesAt > this.#lifeMs) this.#byTarget.delete(target);
    }
    const target = `${revocation.keyId}:${revocation.type}:${revocation.value}`;
    if (!this.#byTarget.has(target) && this.#byTarget.size >= this.#max) return false;
    this.#byTarget.set(target, revocation);
    return true;
  }

  /** Whether the token behind `grant` is revoked at `now`. */
  revokes(grant: Grant, now: number): boolean {
    if (grant.token === undefined || this.#byTarget.size === 0) return false;
    for (const revocation of this.#byTarget.values()) {
      if (revocation.appliesAt <= now && hits(revocation, grant)) return true;
    }
    return false;
  }
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
