/**
 * Signing in with the provider: `GET /sign-in?to=<page>` sends a browser there, `GET /sign-in/return` takes it back and leads
 * to the page it came for. Only pages of ours are led to.
 */
import cookieParser from "cookie-parser";
import express, { type Request, type RequestHandler, type Response, Router } from "express";
import { isEmbedded } from "../../identity/browser-cookie.ts";
import { identityCookie } from "../../identity/identity-cookie.ts";
import type { NameCheck } from "../../identity/names.ts";
import { parseName } from "../../identity/names.ts";
import type { Account } from "../../identity/openid-provider.ts";
import { DEFAULT_NAME, remembered } from "../../identity/person.ts";
import type { SignIn } from "../../identity/signed-in.ts";
import type { Log } from "../../log.ts";
import { ownPagesOnly } from "../csrf.ts";
import { readDocument, withStart } from "../documents.ts";
import { refuse, refuseVisit } from "../errors.ts";
import { type RefusalCode, refusal } from "../refusals.ts";
import { requestIdOf } from "../requests.ts";

export interface SignInDependencies extends SignIn {
  readonly sessionSecrets: readonly string[];
  readonly checkName: NameCheck;
  readonly limit: readonly RequestHandler[];
  readonly log: Log;
  /** Where the built page is. */
  readonly folder: string;
}

/** The page to come back to; the lobby for every other address. */
const pageOf = (to: unknown): string =>
  typeof to === "string" && /^\/(moderate|signed-in|r\/[a-z0-9-]{1,40})?$/.test(to) ? to : "/";

/** Makes the routes. */
export function signInRoutes(dependencies: SignInDependencies): Router {
  const { provider, sessions, sessionSecrets, limit, log } = dependencies;
  /** `to`: the page that the sign-in was to lead to. */
  const refuseWith = async (
    response: Response,
    code: RefusalCode,
    { reason, to }: { readonly reason?: string; readonly to: string },
  ): Promise<void> => {
    if (reason !== undefined) log.error("sign-in.failed", { id: requestIdOf(response), code, reason });
    const [status, problem] = refusal(code);
    await refuseVisit(response, status, { ...problem, to });
  };
  const router = Router();
  router.use("/sign-in", cookieParser([...sessionSecrets]), ...limit, (_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/sign-in", async (request, response) => {
    const to = pageOf(request.query.to);
    const departure = await provider.depart(redirectFor(request), to);
    if (!departure.ok) return await refuseWith(response, departure.code, { ...departure, to });
    await sessions.begin(response, departure.attempt);
    response.redirect(303, departure.url);
  });
  router.get("/sign-in/return", async (request, response) => {
    const attempt = await sessions.end(response);
    if (attempt === undefined) return await refuseWith(response, "sign_in_expired", { to: "/" });
    const { to } = attempt;
    const { search } = new URL(request.originalUrl, "http://ours");
    const arrival = await provider.arrive(new URL(redirectFor(request) + search), attempt);
    if (!arrival.ok) return await refuseWith(response, arrival.code, { ...arrival, to });
    await welcome(dependencies, response, arrival.account);
    const mayGo = to !== "/moderate" || sessions.isModerator(arrival.account.email);
    if (mayGo) response.redirect(303, to);
    else await refuseWith(response, "moderators_only", { to });
  });
  return router;
}

/**
 * Signing in for a frame, which another site's page is around: there the browser shows no sign-in page and keeps cookies
 * apart. So a window of ours signs in, `GET /signed-in` hands a word to the frame that opened it, and the frame's
 * `POST /signed-in` has the cookies written that the frame sees. The session in a frame moderates nothing.
 */
export function frameSignInRoutes({ sessions, sessionSecrets, checkName, limit, folder }: SignInDependencies): Router {
  const router = Router();
  const cookies = cookieParser([...sessionSecrets]);
  router.get("/signed-in", cookies, ...limit, async (request, response) => {
    response.set("Cache-Control", "no-store");
    const identity = remembered(identityCookie.read(request), checkName);
    const person = await sessions.personIn(request);
    if (identity === undefined || identity.person !== person) return response.redirect(303, "/sign-in?to=/signed-in");
    const word = await sessions.handOver(identity);
    response.type("html").send(withStart(await readDocument(folder, "signed-in", request), { word }));
  });
  router.post("/signed-in", ownPagesOnly, cookies, express.json(), async (request, response) => {
    response.set("Cache-Control", "no-store");
    const identity = await sessions.takeOver(Object(request.body).word);
    if (identity === undefined || !isEmbedded(request)) return refuse(response, ...refusal("sign_in_expired"));
    await sessions.write(response, { person: identity.person });
    identityCookie.write(request, response, identity);
    response.status(204).end();
  });
  return router;
}

/** The address to come back to, which the provider must know beforehand, letter by letter. */
const redirectFor = (request: Request): string => `${request.protocol}://${request.get("host")}/sign-in/return`;

/** Makes the session; where visitors sign in, the account's person is who chats from now on. */
async function welcome(dependencies: SignInDependencies, response: Response, account: Account): Promise<void> {
  const { sessions, visitors, checkName } = dependencies;
  const person = sessions.personOf(account);
  const { email } = account;
  await sessions.write(response, { person, ...(sessions.isModerator(email) && email !== undefined && { email }) });
  if (visitors === "off") return;
  const before = remembered(identityCookie.read(response.req), checkName);
  const called = parseName(account.name, checkName);
  const chosen = before?.person === person ? before.name : "name" in called ? called.name : DEFAULT_NAME;
  identityCookie.write(response.req, response, { name: chosen, person });
}
