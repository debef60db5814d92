/** `POST /lambda`: the function behind a local Function URL. */
import express, { type RequestHandler, Router } from "express";
import { limits } from "../../limits.ts";
import type { Log } from "../../log.ts";
import { type FunctionHandler, serveFunction } from "../function-url.ts";

export function lambdaRoute(handler: FunctionHandler, log: Log): Router {
  const router = Router();
  const rawBody = express.raw({ type: () => true, limit: limits.functionBodyBytes });
  const onError = (error: unknown) => log.error("function.failed", { reason: String(error) });
  router.all("/lambda", asItCame, rawBody, serveFunction(handler, onError));
  return router;
}

/** AWS hands a compressed body on as it came, and so do we: nothing is read before the function has seen the signature. */
const asItCame: RequestHandler = (request, _response, next) => {
  delete request.headers["content-encoding"];
  next();
};
