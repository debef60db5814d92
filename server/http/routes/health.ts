/** `GET /health`: the process is alive, and which mode it runs in. */
import { Router } from "express";
import type { Backend } from "../../config.ts";

export function healthRoute(mode: Backend["mode"]): Router {
  const router = Router();
  router.get("/health", (_request, response) => {
    response.set("Cache-Control", "no-store").json({ status: "ok", mode });
  });
  return router;
}
