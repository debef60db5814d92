/** Who a client is. Its first token says so; a later token of somebody else makes the client useless. */
import type * as Ably from "ably";
import type { ErrorInfo } from "ably/modular";
import type { Answer, SignedToken, TokenRequest } from "../server-api.ts";
import { noToken } from "./realtime.ts";

export interface IdentityDeps {
  readonly token: (as?: { readonly clientId: string }) => Promise<Answer<TokenRequest | SignedToken>>;
  readonly isClosed: () => boolean;
  /** Runs once, with the client id of the first token. */
  readonly identified: (clientId: string) => void;
  readonly outdated: () => void;
}

/** Answers the SDK's question for a token, always for the same person. */
export function createIdentity({ token, isClosed, identified, outdated }: IdentityDeps) {
  let clientId: string | null = null;
  return async function authenticate(
    done: (error: ErrorInfo | null, token: Ably.TokenRequest | Ably.TokenDetails | null) => void,
  ): Promise<void> {
    const answer = await token(clientId === null ? undefined : { clientId });
    if (isClosed()) return;
    if (!answer.ok) return done(noToken(answer.problem, answer.status), null);
    if (clientId === null) {
      clientId = answer.value.clientId;
      identified(clientId);
    }
    if (clientId !== answer.value.clientId) return outdated();
    done(null, answer.value);
  };
}
