/** The HTTP side but for the function and the broker (see `front.ts`): which request meets which route. Does not listen. */
import express, { type Express } from "express";
import type { Config } from "../config.ts";
import type { NameCheck } from "../identity/names.ts";
import type { Log } from "../log.ts";
import type { TokenIssuer } from "../tokens/issuer.ts";
import { errorHandler, notFound } from "./errors.ts";
import { authRoutes } from "./routes/auth.ts";
import { configRoute } from "./routes/config.ts";
import { healthRoute } from "./routes/health.ts";
import { pageRoutes } from "./routes/page.ts";
import { securityHeaders } from "./security-headers.ts";

export interface AppDependencies {
  readonly config: Config;
  readonly issuer: TokenIssuer;
  readonly isCleanName: NameCheck;
  readonly pageFolder: string;
  readonly log: Log;
  readonly authRequestsAMinute?: number;
}

/** Makes the app. */
export function createApp(dependencies: AppDependencies): Express {
  const { config, isCleanName, issuer, log, authRequestsAMinute } = dependencies;
  const { backend, sessionSecret } = config;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", "loopback"); // a tunnel or TLS proxy on this machine may say whom it speaks for
  app.set("query parser", "simple");
  app.use(securityHeaders(backend.mode === "local" ? "self" : (backend.endpoint ?? "ably")));
  app.use(healthRoute(backend.mode));
  app.use(configRoute(config));
  app.use(authRoutes({ sessionSecret, issuer, isCleanName, authRequestsAMinute }));
  app.use(pageRoutes(dependencies.pageFolder));
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}
