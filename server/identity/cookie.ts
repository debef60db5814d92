/** The signed, HttpOnly cookie that holds who a visitor is. */
import type { Request, Response } from "express";
import { limits } from "../limits.ts";
import { clientIdOf, type Identity } from "./person.ts";

const NAME = "asterism_identity";

export const identityCookie = {
  /** What the cookie says, if we signed it; `cookie-parser` has checked that. */
  read: (request: Request): unknown => request.signedCookies[NAME],
  write(request: Request, response: Response, identity: Identity): void {
    response.cookie(NAME, clientIdOf(identity), {
      signed: true,
      httpOnly: true,
      sameSite: "lax",
      secure: request.secure,
      maxAge: limits.cookieAgeMs,
    });
  },
  clear(response: Response): void {
    response.clearCookie(NAME);
  },
};
