/** Everything below `/moderate`: the desk's page, who may be there, and what moderators ask. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import compression from "compression";
import cookieParser from "cookie-parser";
import express, { type Request, type RequestHandler, type Response, Router } from "express";
import * as z from "zod";
import { moderatorCookie, moderatorSecrets, type Session } from "../../../identity/moderator.ts";
import { notFromOtherSites, ownPagesOnly } from "../../csrf.ts";
import { refuse } from "../../errors.ts";
import { connectionOf } from "../config.ts";
import { refuseRequest, withStore } from "./answer.ts";
import { caseRoutes } from "./cases.ts";
import { byWhom, type ModerateDependencies } from "./deps.ts";
import { peopleRoutes } from "./people.ts";
import { policyRoutes } from "./policy.ts";
import { entryOf } from "./present.ts";

const Before = z.object({ before: z.string().max(1_000).optional() });

/** Makes the routes. */
export function moderateRoutes(dependencies: ModerateDependencies): Router {
  const { desk, config, sessionSecrets, log } = dependencies;
  const router = Router();
  router.use(compression(), cookieParser(moderatorSecrets(sessionSecrets)), onlyOurs);
  router.use((_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/", page(dependencies));
  router.post("/sign-out", (request, response) => {
    moderatorCookie.clear(request, response);
    dependencies.signIn?.sessions.clear(response);
    response.status(204).end();
  });
  router.use(moderatorsOnly(dependencies));
  router.get("/me", (request, response) => {
    response.json({ name: byWhom(request), settings: connectionOf(config.backend, request) });
  });
  router.get("/token", async (request, response) => {
    response.json(await desk.tokens.issue(byWhom(request)));
  });
  router.use(policyRoutes(dependencies), express.json(), caseRoutes(dependencies), peopleRoutes(dependencies));
  router.get(
    "/audit",
    withStore(log, async (request, response) => {
      const query = Before.safeParse(request.query);
      if (!query.success) return refuseRequest(response, "This is no question for the audit.");
      const { entries, next } = await desk.deps.store.audit.list(query.data);
      response.json({ entries: entries.map(entryOf), next });
    }),
  );
  return router;
}

/** Lets our own page read, and no other site's; to change something a request must say that it comes from our page. */
const onlyOurs: RequestHandler = (request, response, next) => {
  const isPage = request.method === "GET" && request.path === "/";
  if (isPage) next();
  else if (request.method === "GET") notFromOtherSites(request, response, next);
  else ownPagesOnly(request, response, next);
};

/** A session from a one-time link, or else one from a sign-in. */
async function sessionOf(request: Request, { desk, signIn }: ModerateDependencies): Promise<Session> {
  const session = moderatorCookie.read(request, desk.deps.now());
  if (session.state === "moderator" || signIn === undefined) return session;
  const signedIn = await signIn.sessions.moderatorIn(request);
  return signedIn.state === "none" ? session : signedIn;
}

/** Lets moderators pass, and tells others why not. */
function moderatorsOnly(dependencies: ModerateDependencies): RequestHandler {
  return async (request, response, next) => {
    const session = await sessionOf(request, dependencies);
    if (session.state === "moderator") {
      response.locals.moderator = session.moderator.name;
      next();
    } else if (session.state === "ended") {
      refuse(response, 401, { code: "session_ended", message: "Your session has ended; sign in again." });
    } else refuse(response, 403, { code: "moderators_only", message: "This is for moderators only." });
  };
}

/** The page itself. A key in the address makes a session, once, and is gone from the address. */
function page(dependencies: ModerateDependencies) {
  const { desk, folder, signIn } = dependencies;
  return async (request: Request, response: Response): Promise<void> => {
    const { now } = desk.deps;
    const moderator = request.query.key === undefined ? undefined : desk.links.take(request.query.key);
    if (moderator !== undefined) {
      moderatorCookie.write(request, response, { ...moderator, now: now() });
      response.redirect(303, "/moderate");
      return;
    }
    if ((await sessionOf(request, dependencies)).state === "moderator") {
      response.type("html").send(await readFile(join(folder, "moderate.html"), "utf8"));
    } else if (signIn !== undefined) response.redirect(303, "/sign-in?to=/moderate");
    else
      response
        .status(403)
        .type("html")
        .send(await readFile(join(folder, "moderators-only.html"), "utf8"));
  };
}
