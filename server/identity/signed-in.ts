/**
 * Who has signed in: a session of its own beside the identity cookie, whose person it proves. Where the provider verified an
 * address that may moderate, it is a moderator's session too, for a working day.
 */
import { createHmac } from "node:crypto";
import type { Request, Response } from "express";
import * as z from "zod";
import type { SignInConfig } from "../config.ts";
import { limits } from "../limits.ts";
import { cookieName, cookieOptions } from "./browser-cookie.ts";
import type { Session } from "./moderator.ts";
import { type Account, Attempt, createProvider, type Provider } from "./openid-provider.ts";
import { type Identity, personFrom } from "./person.ts";
import { createSeal, type Seal } from "./sealed.ts";

const SignedIn = z.object({ person: z.string(), email: z.string().optional() });
type SignedIn = z.infer<typeof SignedIn>;

const SESSION = "signed_in";
const ATTEMPT = "sign_in";

export interface SignedInOptions {
  readonly secrets: readonly string[];
  /** Makes persons of accounts; stays when the secrets of the sessions change. */
  readonly personSecret: string;
  /** Addresses that may moderate, in lower case. */
  readonly moderators: readonly string[];
  readonly now: () => number;
}

interface SignIns {
  /** The person of an account: always the same one. */
  personOf(account: Account): string;
  isModerator(email: string | undefined): boolean;
  begin(response: Response, attempt: Attempt): Promise<void>;
  /** The attempt of this browser, which is over then. */
  end(response: Response): Promise<Attempt | undefined>;
  write(response: Response, session: SignedIn): Promise<void>;
  /** A word, good for a moment, by which a frame of ours becomes somebody who is signed in. */
  handOver(identity: Identity): Promise<string>;
  /** Who is signed in where the word comes from. */
  takeOver(word: unknown): Promise<Identity | undefined>;
  /** The person who is signed in. */
  personIn(request: Request): Promise<string | undefined>;
  moderatorIn(request: Request): Promise<Session>;
  clear(response: Response): void;
}

/** Sign-in as the routes need it. */
export interface SignIn {
  readonly provider: Provider;
  readonly sessions: SignIns;
  /** Whether visitors sign in, or moderators alone. */
  readonly visitors: "off" | "optional" | "required";
}

/** Makes and reads these sessions. */
function createSignIns({ secrets, personSecret, moderators, now }: SignedInOptions): SignIns {
  const seal = <T extends object>(purpose: string, shape: z.ZodType<T>, ms: number): Seal<T> =>
    createSeal({ purpose, shape, secrets, ms, now });
  const sessions = seal("signed in", SignedIn, limits.signedInMs);
  const attempts = seal("sign-in attempt", Attempt, limits.signInAttemptMs);
  const words = seal("signed in to a frame", z.object({ name: z.string(), person: z.string() }), limits.handOverMs);
  const put = (response: Response, name: string, cookie: { readonly text: string; readonly ms: number }) => {
    const { req } = response;
    response.cookie(cookieName(name, req), cookie.text, { ...cookieOptions(req), maxAge: cookie.ms });
  };
  const drop = (response: Response, name: string) =>
    response.clearCookie(cookieName(name, response.req), cookieOptions(response.req));
  const isModerator = (email: string | undefined) => email !== undefined && moderators.includes(email);
  const read = (request: Request) => sessions.open(request.cookies?.[cookieName(SESSION, request)]);
  return {
    personOf: ({ issuer, subject }) =>
      personFrom(
        createHmac("sha256", personSecret)
          .update(JSON.stringify([issuer, subject]))
          .digest(),
      ),
    isModerator,
    begin: async (response, attempt) =>
      put(response, ATTEMPT, { text: await attempts.close(attempt), ms: limits.signInAttemptMs }),
    async end(response) {
      drop(response, ATTEMPT);
      return (await attempts.open(response.req.cookies?.[cookieName(ATTEMPT, response.req)]))?.value;
    },
    write: async (response, session) =>
      put(response, SESSION, { text: await sessions.close(session), ms: limits.signedInMs }),
    handOver: (identity) => words.close(identity),
    takeOver: async (word) => (await words.open(word))?.value,
    personIn: async (request) => (await read(request))?.value.person,
    async moderatorIn(request) {
      const session = await read(request);
      const email = session?.value.email;
      if (session === undefined || email === undefined || !isModerator(email)) return { state: "none" };
      const isOver = session.madeAt + limits.moderatorSessionMs <= now();
      return isOver ? { state: "ended" } : { state: "moderator", moderator: { name: email } };
    },
    clear: (response) => void drop(response, SESSION),
  };
}

/** Sign-in as the configuration says. */
export function openSignIn(
  config: SignInConfig | undefined,
  { secrets, now }: Pick<SignedInOptions, "secrets" | "now">,
): SignIn | undefined {
  if (config === undefined) return undefined;
  const { personSecret, moderators, visitors, ...settings } = config;
  return {
    provider: createProvider(settings),
    sessions: createSignIns({ secrets, personSecret, moderators, now }),
    visitors,
  };
}
