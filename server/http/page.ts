/** The page's files: the document is always asked for anew, everything it names has a hash in its name and keeps. */
import { join } from "node:path";
import compression from "compression";
import express, { type RequestHandler, Router } from "express";
import { parseRoom } from "../channels.ts";

/** Serves the built page from `folder` at `/` and `/r/<room>`. */
export function servePage(folder: string): RequestHandler {
  const router = Router();
  router.use(compression());
  router.get(["/", "/r/:room"], (request, response, next) => {
    if (parseRoom(request.params.room) === null) return next();
    response.set("Cache-Control", "no-cache").sendFile(join(folder, "index.html"));
  });
  router.use(
    "/assets",
    express.static(join(folder, "assets"), { index: false, redirect: false, immutable: true, maxAge: "1y" }),
  );
  return router;
}
