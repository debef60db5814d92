/** The signed, HttpOnly cookie that holds who a visitor is. */
import type { Request, Response } from "express";
import { limits } from "../limits.ts";
import { cookieName, cookieOptions } from "./browser-cookie.ts";
import { clientIdOf, type Identity } from "./person.ts";

const nameFor = (request: Request): string => cookieName("identity", request);

export const identityCookie = {
  /** What the cookie says, if we signed it; `cookie-parser` has checked that. */
  read: (request: Request): unknown => request.signedCookies[nameFor(request)],
  write(request: Request, response: Response, identity: Identity): void {
    const options = { ...cookieOptions(request), signed: true, maxAge: limits.cookieAgeMs };
    response.cookie(nameFor(request), clientIdOf(identity), options);
  },
  clear(request: Request, response: Response): void {
    response.clearCookie(nameFor(request), cookieOptions(request));
  },
};
