/** `GET /auth`, the token request of one visitor in one room, and `POST /leave`, which forgets who that was. */
import cookieParser from "cookie-parser";
import { type Request, type RequestHandler, Router } from "express";
import { rateLimit } from "express-rate-limit";
import { parseRoom } from "../../../lambda/channels.ts";
import { identityCookie } from "../../identity/cookie.ts";
import type { NameCheck } from "../../identity/names.ts";
import { clientIdOf, identify, parseClientId } from "../../identity/person.ts";
import { limits } from "../../limits.ts";
import type { TokenIssuer } from "../../tokens/issuer.ts";
import { INVALID_ROOM, refuse } from "../errors.ts";

export interface AuthDependencies {
  readonly sessionSecret: string;
  readonly issuer: TokenIssuer;
  readonly isCleanName: NameCheck;
  readonly authRequestsAMinute?: number | undefined;
}

export function authRoutes({ sessionSecret, issuer, isCleanName, authRequestsAMinute }: AuthDependencies): Router {
  const router = Router();
  const cookies = cookieParser(sessionSecret);
  router.get("/auth", authLimit(authRequestsAMinute), sameSiteOnly, cookies, async (request, response) => {
    response.set("Cache-Control", "no-store");
    const room = parseRoom(request.query.room);
    if (room === null) return refuse(response, 400, INVALID_ROOM);
    const cookie = identityCookie.read(request);
    const { clientId: wanted, name } = request.query;
    const identity = identify({ cookie, clientId: wanted, name }, isCleanName);
    if ("code" in identity) return refuse(response, 400, identity);
    const clientId = clientIdOf(identity);
    // A tab that keeps an older name for itself does not take the newer one out of the cookie.
    const remembered = parseClientId(cookie, isCleanName);
    identityCookie.write(request, response, remembered === undefined || isNamed(request) ? identity : remembered);
    response.json(await issuer.issue(clientId, room));
  });
  router.post("/leave", sameSiteOnly, (_request, response) => {
    identityCookie.clear(response);
    response.status(204).end();
  });
  return router;
}

const isNamed = ({ query }: Request): boolean => query.name !== undefined && query.name !== "";

function authLimit(aMinute: number = limits.authRequestsAMinute): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: aMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: (_request, response) => {
      refuse(response, 429, { code: "too_many_requests", message: "Too many token requests; try again in a minute." });
    },
  });
}

/** Other sites may neither take a token nor change who somebody is. Browsers say where a request comes from. */
const sameSiteOnly: RequestHandler = (request, response, next) => {
  if (request.headers["sec-fetch-site"] !== "cross-site") return next();
  refuse(response, 403, { code: "cross_site", message: "This address answers only pages of its own site." });
};
