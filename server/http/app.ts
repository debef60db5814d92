/** The HTTP side: which request meets which route. Does not listen. */
import type { IncomingMessage, ServerResponse } from "node:http";
import express, { type Express, type RequestHandler } from "express";
import type { Config } from "../config.ts";
import type { NameCheck } from "../identity/names.ts";
import type { Log } from "../log.ts";
import type { TokenIssuer } from "../tokens/issuer.ts";
import { errorHandler, notFound } from "./errors.ts";
import type { FunctionHandler } from "./function-url.ts";
import { authRoutes } from "./routes/auth.ts";
import { configRoute } from "./routes/config.ts";
import { healthRoute } from "./routes/health.ts";
import { lambdaRoute } from "./routes/lambda.ts";
import { pageRoutes } from "./routes/page.ts";
import { securityHeaders } from "./security-headers.ts";

/** What the embedded broker answers by itself. */
interface BrokerDoor {
  handles(path: string): boolean;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
}

export interface AppDependencies {
  readonly config: Config;
  readonly issuer: TokenIssuer;
  readonly isCleanName: NameCheck;
  readonly pageFolder: string;
  readonly log: Log;
  readonly broker?: BrokerDoor;
  readonly functionHandler?: FunctionHandler;
  readonly authRequestsAMinute?: number;
}

/** Makes the app of everything that answers on the port. */
export function createApp(dependencies: AppDependencies): Express {
  const { config, broker, functionHandler, isCleanName, issuer, log, authRequestsAMinute } = dependencies;
  const { backend, sessionSecret } = config;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", "loopback"); // a tunnel or TLS proxy on this machine may say whom it speaks for
  app.set("query parser", "simple");
  if (broker !== undefined) app.use(brokerRoutes(broker));
  if (functionHandler !== undefined) app.use(lambdaRoute(functionHandler, log));
  app.use(securityHeaders(backend.mode === "local" ? "self" : (backend.endpoint ?? "ably")));
  app.use(healthRoute(backend.mode));
  app.use(configRoute(config));
  app.use(authRoutes({ sessionSecret, issuer, isCleanName, authRequestsAMinute }));
  app.use(pageRoutes(dependencies.pageFolder));
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}

/** The broker's REST paths stand beside ours, because the SDK has no base path. */
function brokerRoutes(broker: BrokerDoor): RequestHandler {
  return (request, response, next) => {
    if (broker.handles(request.path)) broker.handleRequest(request, response);
    else next();
  };
}
