/**
 * Who moderates: a session in a signed cookie of its own. It is signed with a secret that is derived for it, so that no other
 * cookie that we sign is ever taken for it. In local mode a one-time link makes the session.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";
import { limits } from "../limits.ts";

/** Somebody who may moderate. */
export interface Moderator {
  /** What the audit calls this moderator. */
  readonly name: string;
}

export type Session =
  | { readonly state: "none" | "ended" }
  | { readonly state: "moderator"; readonly moderator: Moderator };

const COOKIE = "asterism_moderator";
const NAME = /^[\p{L}\p{M}\p{N} .@_+'-]{1,100}$/u;

/** The secrets of these sessions, from those of the visitors' cookie. */
export const moderatorSecrets = (secrets: readonly string[]): string[] =>
  secrets.map((secret) => createHmac("sha256", secret).update("asterism moderators").digest("base64url"));

const nameFor = ({ secure }: Request): string => (secure ? `__Host-${COOKIE}` : COOKIE);

const optionsFor = ({ secure }: Request): CookieOptions => ({ httpOnly: true, sameSite: "lax", path: "/", secure });

export const moderatorCookie = {
  /** Whose session a request carries; `cookie-parser` has checked the signature. */
  read(request: Request, now: number): Session {
    const value: unknown = request.signedCookies[nameFor(request)];
    const [, until = "", name = ""] = typeof value === "string" ? (/^(\d{13})\|(.+)$/u.exec(value) ?? []) : [];
    if (!NAME.test(name)) return { state: "none" };
    return Number(until) > now ? { state: "moderator", moderator: { name } } : { state: "ended" };
  },
  write(request: Request, response: Response, { name, now }: Moderator & { readonly now: number }): void {
    const options = { ...optionsFor(request), signed: true, maxAge: limits.moderatorSessionMs };
    response.cookie(nameFor(request), `${now + limits.moderatorSessionMs}|${name}`, options);
  },
  clear(request: Request, response: Response): void {
    response.clearCookie(nameFor(request), optionsFor(request));
  },
};

/** One-time links: each makes one session, soon. */
export interface SignInLinks {
  /** A new key, for a moderator of this name. */
  issue(name: string): string;
  /** Whose key it is; it is nobody's from then on. */
  take(key: unknown): Moderator | undefined;
}

/** Makes such links; they are forgotten when the process ends. */
export function createSignInLinks(now: () => number): SignInLinks {
  const open = new Map<string, { readonly name: string; readonly until: number }>();
  return {
    issue(name) {
      if (!NAME.test(name)) throw new Error(`unable to call a moderator ${JSON.stringify(name)}`);
      const key = randomBytes(24).toString("base64url");
      open.set(key, { name, until: now() + limits.signInLinkMs });
      return key;
    },
    take(key) {
      for (const [known, { name, until }] of open) {
        if (until <= now()) open.delete(known);
        else if (isSame(known, key)) {
          open.delete(known);
          return { name };
        }
      }
      return undefined;
    },
  };
}

function isSame(known: string, key: unknown): boolean {
  const [ours, theirs] = [Buffer.from(known), Buffer.from(typeof key === "string" ? key : "")];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}
