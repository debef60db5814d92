/**
 * The OpenID Connect provider: where people are sent to sign in, and who it says came back. `openid-client` does the checks:
 * state, nonce, PKCE, issuer, audience, signature and expiry of the ID token.
 */
import type { ServerMetadata } from "openid-client";
import * as z from "zod";
import { limits } from "../limits.ts";

export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What one browser must bring back with the answer. */
export const Attempt = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), to: z.string() });
export type Attempt = z.infer<typeof Attempt>;

/** Somebody who has signed in. */
export interface Account {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | undefined;
  /** Only an address that the provider has verified. */
  readonly email: string | undefined;
}

type Arrival =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly code: "sign_in_failed" | "provider_unavailable"; readonly reason: string };

type Departure =
  | { readonly ok: true; readonly url: string; readonly attempt: Attempt }
  | Extract<Arrival, { ok: false }>;

export interface Provider {
  /** Where to send a browser that wants to come back to `redirect`, and from there to the page `to`. */
  depart(redirect: string, to: string): Promise<Departure>;
  /** Who came back to `address`, the whole address of the answer. */
  arrive(address: URL, attempt: Attempt): Promise<Arrival>;
}

const Profile = z.object({
  name: z.string().optional().catch(undefined),
  email: z.string().optional().catch(undefined),
  email_verified: z.boolean().optional().catch(undefined),
});

/**
 * The provider is asked what it can do at the first sign-in, and again when that failed. Its keys are asked for at each one: the
 * library would keep them for five minutes, in which a key that was withdrawn still counts, and a new one may not yet.
 */
export function createProvider({ issuer, clientId, clientSecret }: ProviderSettings): Provider {
  let known: ServerMetadata | undefined;
  const configuration = async () => {
    const { allowInsecureRequests, Configuration, discovery, enableNonRepudiationChecks } = await import(
      "openid-client"
    );
    const isPlain = new URL(issuer).protocol === "http:"; // the configuration allows that on loopback only
    const timeout = limits.providerMs / 1000;
    const execute = isPlain ? [allowInsecureRequests] : [];
    known ??= (
      await discovery(new URL(issuer), clientId, clientSecret, undefined, { timeout, execute })
    ).serverMetadata();
    // the library keeps keys for as long as it is given the same object
    const fresh = new Configuration({ ...known }, clientId, clientSecret);
    fresh.timeout = timeout;
    // without the second the signature of an ID token is left to TLS
    for (const set of [...execute, enableNonRepudiationChecks]) set(fresh);
    return fresh;
  };
  return {
    async depart(redirect, to) {
      const oidc = await import("openid-client");
      try {
        const provider = await configuration();
        const attempt = {
          state: oidc.randomState(),
          nonce: oidc.randomNonce(),
          verifier: oidc.randomPKCECodeVerifier(),
          to,
        };
        const url = oidc.buildAuthorizationUrl(provider, {
          redirect_uri: redirect,
          scope: "openid email profile",
          response_type: "code",
          state: attempt.state,
          nonce: attempt.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
          code_challenge_method: "S256",
        });
        return { ok: true, url: url.href, attempt };
      } catch (error) {
        return { ok: false, code: "provider_unavailable", reason: String(error) };
      }
    },
    async arrive(address, { state, nonce, verifier }) {
      const oidc = await import("openid-client");
      try {
        const provider = await configuration();
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await oidc.authorizationCodeGrant(provider, address, checks);
        const claims = tokens.claims();
        if (!claims?.sub) return { ok: false, code: "sign_in_failed", reason: "no ID token that names anybody" };
        const hasAddress = claims.email !== undefined || provider.serverMetadata().userinfo_endpoint === undefined;
        const more = hasAddress ? {} : await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub);
        const { name, email, email_verified: isVerified } = Profile.parse({ ...more, ...claims });
        const verified = isVerified === true ? email?.toLowerCase() : undefined;
        return { ok: true, account: { issuer: claims.iss, subject: claims.sub, name, email: verified } };
      } catch (error) {
        // a refusal has a code of the protocol; what never came through is an error of the network
        const isNetwork = error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
        return { ok: false, code: isNetwork ? "provider_unavailable" : "sign_in_failed", reason: String(error) };
      }
    },
  };
}
