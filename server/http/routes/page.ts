/** The page's files: the document is always asked for anew, everything it names has a hash in its name and keeps. */
import { join } from "node:path";
import compression from "compression";
import express, { Router } from "express";
import { parseRoom } from "../../../lambda/channels.ts";
import { INVALID_ROOM, refuseAddress } from "../errors.ts";

/** Serves the built page from `folder` at `/` and `/r/<room>`. */
export function pageRoutes(folder: string): Router {
  const router = Router();
  router.use(compression());
  router.get(["/", "/r/:room"], (request, response) => {
    if (parseRoom(request.params.room) === null) return refuseAddress(request, response, INVALID_ROOM);
    response.set("Cache-Control", "no-cache").sendFile(join(folder, "index.html"));
  });
  router.use(
    "/assets",
    express.static(join(folder, "assets"), { index: false, redirect: false, immutable: true, maxAge: "1y" }),
  );
  return router;
}
