/**
 * `GET /auth`: the token request of one visitor in one room. It makes a visitor of a stranger, and changes nothing about
 * one that we know. `POST /auth` is the same and keeps the name it asks for; `POST /leave` forgets who somebody was.
 */
import cookieParser from "cookie-parser";
import { type Request, type RequestHandler, type Response, Router } from "express";
import type { Sanction } from "../../../lambda/sanction.ts";
import { identityCookie } from "../../identity/identity-cookie.ts";
import type { NameCheck } from "../../identity/names.ts";
import { clientIdOf, identify, remembered } from "../../identity/person.ts";
import type { SignIn } from "../../identity/signed-in.ts";
import type { TokenIssuer } from "../../tokens/token-issuer.ts";
import { notFromOtherSites, ownPagesOnly } from "../csrf.ts";
import { refusalOf, refuse } from "../errors.ts";
import { type Refusal, refusal } from "../refusals.ts";
import type { RoomReader } from "../rooms.ts";

export interface AuthDependencies {
  readonly sessionSecrets: readonly string[];
  readonly issuer: TokenIssuer;
  readonly checkName: NameCheck;
  readonly readRoom: RoomReader;
  /** How often tokens are asked for. */
  readonly limit: readonly RequestHandler[];
  /** Hears of each token request that was answered: `issued`, or the code of its refusal. */
  readonly count?: ((outcome: string) => void) | undefined;
  /** The ban that a person is under. */
  readonly banOf: (person: string) => Promise<Sanction | undefined>;
  /** How people sign in; nobody does when absent. */
  readonly signIn?: SignIn | undefined;
}

/** Whether this visitor may chat without signing in, or has signed in. */
export async function mayChat(request: Request, { signIn, checkName }: AuthDependencies): Promise<boolean> {
  if (signIn?.visitors !== "required") return true;
  const person = await signIn.sessions.personIn(request);
  return person !== undefined && remembered(identityCookie.read(request), checkName)?.person === person;
}

function banned({ until, reason }: Sanction): Refusal {
  const when = until === undefined ? "" : ` until ${new Date(until).toUTCString()}`;
  const why = reason === "" ? "" : `: ${reason}`;
  const message = `You may not take part here${when}${why}.`;
  return { code: "banned", message, reason, ...(until !== undefined && { until: new Date(until).toISOString() }) };
}

export function authRoutes(dependencies: AuthDependencies): Router {
  const { sessionSecrets, issuer, checkName, readRoom, banOf, limit } = dependencies;
  const answer = (keepsName: boolean) => async (request: Request, response: Response) => {
    response.set("Cache-Control", "no-store");
    const named = readRoom(request.query.room);
    if ("code" in named) return refuse(response, 400, named);
    if (!(await mayChat(request, dependencies))) {
      return refuse(response, ...refusal("sign_in_required"));
    }
    const cookie = identityCookie.read(request);
    const { clientId, name } = request.query;
    const identity = identify({ cookie, clientId, name }, checkName);
    if ("code" in identity) return refuse(response, 400, identity);
    const ban = await banOf(identity.person);
    if (ban !== undefined) return refuse(response, 403, banned(ban));
    const known = remembered(cookie, checkName);
    identityCookie.write(request, response, keepsName ? identity : (known ?? identity));
    response.json(await issuer.issue(clientIdOf(identity), named.room));
  };
  const router = Router();
  router.all("/auth", (_request, response, next) => {
    response.once("finish", () => dependencies.count?.(refusalOf(response) ?? "issued"));
    next();
  });
  const cookies = cookieParser([...sessionSecrets]);
  router.get("/auth", notFromOtherSites, cookies, ...limit, answer(false));
  router.post("/auth", ownPagesOnly, cookies, ...limit, answer(true));
  router.post("/leave", ownPagesOnly, (request, response) => {
    identityCookie.clear(request, response);
    dependencies.signIn?.sessions.clear(response);
    response.status(204).end();
  });
  return router;
}
