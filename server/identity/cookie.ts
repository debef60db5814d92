/**
 * The signed, HttpOnly cookie that holds who a visitor is. Behind TLS its name begins with `__Host-`, so that the browser
 * takes it from nobody but this very host: not from a sibling domain, nor from another port without TLS.
 */
import type { CookieOptions, Request, Response } from "express";
import { limits } from "../limits.ts";
import { clientIdOf, type Identity } from "./person.ts";

const NAME = "asterism_identity";

const nameFor = ({ secure }: Request): string => (secure ? `__Host-${NAME}` : NAME);

const optionsFor = ({ secure }: Request): CookieOptions => ({ httpOnly: true, sameSite: "lax", path: "/", secure });

export const identityCookie = {
  /** What the cookie says, if we signed it; `cookie-parser` has checked that. */
  read: (request: Request): unknown => request.signedCookies[nameFor(request)],
  write(request: Request, response: Response, identity: Identity): void {
    const options = { ...optionsFor(request), signed: true, maxAge: limits.cookieAgeMs };
    response.cookie(nameFor(request), clientIdOf(identity), options);
  },
  clear(request: Request, response: Response): void {
    response.clearCookie(nameFor(request), optionsFor(request));
  },
};
