/** The HTTP side but for the function and the broker (see `front.ts`): which request meets which route. Does not listen. */
import express, { type Express, type Request } from "express";
import type { Config } from "../config.ts";
import { EMBED_ORIGINS } from "../identity/browser-cookie.ts";
import { identityCookie } from "../identity/identity-cookie.ts";
import type { NameCheck } from "../identity/names.ts";
import { remembered } from "../identity/person.ts";
import type { SignIn } from "../identity/signed-in.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Readiness } from "../readiness.ts";
import type { LookAtRoom } from "../room-looks.ts";
import type { TokenIssuer } from "../tokens/token-issuer.ts";
import { type AuthLimits, limitAuth } from "./auth-limits.ts";
import { errorHandler, notFound } from "./errors.ts";
import { type Hosts, knownHostsOnly } from "./hosts.ts";
import { trustProxies } from "./proxies.ts";
import { nameRequests } from "./requests.ts";
import { createRoomReader } from "./rooms.ts";
import { type AuthDependencies, authRoutes, mayChat } from "./routes/auth.ts";
import { configRoute } from "./routes/config.ts";
import { healthRoutes } from "./routes/health.ts";
import type { Desk } from "./routes/moderate/deps.ts";
import { moderateRoutes } from "./routes/moderate/routes.ts";
import { pageRoutes } from "./routes/page.ts";
import { roomRoutes } from "./routes/rooms.ts";
import { frameSignInRoutes, signInRoutes } from "./routes/sign-in.ts";
import { visitorRoutes } from "./routes/visitors.ts";
import { securityHeaders } from "./security-headers.ts";

export interface AppDependencies {
  readonly config: Config;
  readonly issuer: TokenIssuer;
  readonly checkName: NameCheck;
  readonly pageFolder: string;
  readonly log: Log;
  readonly readiness: Readiness;
  readonly sessionSecrets: readonly string[];
  /** Whom the server answers to; anybody when absent. */
  readonly hosts?: Hosts | undefined;
  /** Token requests of strangers in a minute from one address. */
  readonly authRequestsAMinute?: number | undefined;
  readonly limitStore?: AuthLimits["store"] | undefined;
  readonly metrics?: Metrics | undefined;
  /** The ban that a person is under; nobody is where this is missing. */
  readonly banOf?: AuthDependencies["banOf"] | undefined;
  /** How people sign in; nobody does when absent. */
  readonly signIn?: SignIn | undefined;
  /** What goes on in other rooms; nobody is told when absent. */
  readonly lookAtRoom?: LookAtRoom | undefined;
  /** What moderators work with; without it nobody moderates. */
  readonly desk?: Desk | undefined;
}

/** What is not worth a line: probes come every few seconds, and assets with every page. */
const QUIET = /^\/(health|ready|assets\/.*)$/;

const nobody = async () => undefined;

/** Makes the app. */
export function createApp(dependencies: AppDependencies): Express {
  const { config, checkName, issuer, log, hosts, sessionSecrets, banOf = nobody } = dependencies;
  const { backend, proxies } = config;
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  trustProxies(app, proxies, log);
  app.use(nameRequests(log, (path) => QUIET.test(path)));
  if (hosts !== undefined) app.use(knownHostsOnly(hosts));
  app.set(EMBED_ORIGINS, config.embedOrigins);
  app.use(securityHeaders(backend.mode === "local" ? "self" : (backend.endpoint ?? "ably"), config.embedOrigins));
  app.use(healthRoutes(backend.mode, dependencies.readiness));
  const readRoom = createRoomReader(checkName);
  const limits = { strangersAMinute: dependencies.authRequestsAMinute, proxies, store: dependencies.limitStore };
  const count = dependencies.metrics?.tokenRequest;
  const personOf = (request: Request) => remembered(identityCookie.read(request), checkName)?.person;
  const limit = limitAuth(limits, personOf);
  const { desk, signIn } = dependencies;
  const settings = { config, sessionSecrets, hasDesk: desk !== undefined, signIn };
  app.use(configRoute({ ...settings, readRoom }));
  const visitors = { sessionSecrets, issuer, checkName, readRoom, limit, count, banOf, signIn };
  if (signIn !== undefined) {
    const ways = { ...signIn, sessionSecrets, checkName, limit, log, folder: dependencies.pageFolder };
    app.use(signInRoutes(ways), frameSignInRoutes(ways));
  }
  app.use(authRoutes(visitors));
  const { lookAtRoom } = dependencies;
  if (lookAtRoom !== undefined) app.use(roomRoutes({ ...visitors, lookAtRoom }));
  app.set("page folder", dependencies.pageFolder);
  app.use(pageRoutes({ ...visitors, ...settings, folder: dependencies.pageFolder }));
  if (desk !== undefined) {
    const folder = dependencies.pageFolder;
    app.use("/moderate", moderateRoutes({ desk, config, sessionSecrets, folder, log, signIn }));
    const may = (request: Request) => mayChat(request, visitors);
    app.use(visitorRoutes({ desk, checkName, sessionSecrets, proxies, log, mayChat: may }));
  }
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}
