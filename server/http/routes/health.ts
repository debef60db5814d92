/** `GET /health`: the process is alive. `GET /ready`: it is able to do its work, so it may get visitors. */
import { Router } from "express";
import type { Backend } from "../../config.ts";
import type { Readiness } from "../../readiness.ts";
import { refuse } from "../errors.ts";

export function healthRoutes(mode: Backend["mode"], readiness: Readiness): Router {
  const router = Router();
  router.get(["/health", "/ready"], (_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/health", (_request, response) => {
    response.json({ status: "ok", mode });
  });
  router.get("/ready", async (_request, response) => {
    const problem = await readiness();
    if (problem === undefined) response.json({ status: "ready", mode });
    else refuse(response, 503, { code: "not_ready", message: problem });
  });
  return router;
}
