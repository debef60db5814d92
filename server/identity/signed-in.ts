/**
 * Who has signed in: a session of its own beside the identity cookie, whose person it proves. Where the provider verified an
 * address that may moderate, it is a moderator's session too, for a working day.
 */
import { createHmac } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";
import * as z from "zod";
import type { SignInConfig } from "../config.ts";
import { limits } from "../limits.ts";
import type { Session } from "./moderator.ts";
import { personFrom } from "./person.ts";
import { type Account, Attempt, createProvider, type Provider } from "./provider.ts";
import { createSeal, type Seal } from "./sealed.ts";

const SignedIn = z.object({ person: z.string(), email: z.string().optional() });
type SignedIn = z.infer<typeof SignedIn>;

const SESSION = "asterism_signed_in";
const ATTEMPT = "asterism_sign_in";

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

const nameFor = (name: string, { secure }: Request): string => (secure ? `__Host-${name}` : name);
const optionsFor = ({ secure }: Request): CookieOptions => ({ httpOnly: true, sameSite: "lax", path: "/", secure });

/** Makes and reads these sessions. */
function createSignIns({ secrets, personSecret, moderators, now }: SignedInOptions): SignIns {
  const seal = <T extends object>(purpose: string, shape: z.ZodType<T>, ms: number): Seal<T> =>
    createSeal({ purpose, shape, secrets, ms, now });
  const sessions = seal("signed in", SignedIn, limits.signedInMs);
  const attempts = seal("sign-in attempt", Attempt, limits.signInAttemptMs);
  const put = (response: Response, name: string, cookie: { readonly text: string; readonly ms: number }) => {
    const { req } = response;
    response.cookie(nameFor(name, req), cookie.text, { ...optionsFor(req), maxAge: cookie.ms });
  };
  const drop = (response: Response, name: string) =>
    response.clearCookie(nameFor(name, response.req), optionsFor(response.req));
  const isModerator = (email: string | undefined) => email !== undefined && moderators.includes(email);
  const read = (request: Request) => sessions.open(request.cookies?.[nameFor(SESSION, request)]);
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
      return (await attempts.open(response.req.cookies?.[nameFor(ATTEMPT, response.req)]))?.value;
    },
    write: async (response, session) =>
      put(response, SESSION, { text: await sessions.close(session), ms: limits.signedInMs }),
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
