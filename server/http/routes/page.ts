/** The page's files: the document is always asked for anew, everything it names has a hash in its name and keeps. */
import { join } from "node:path";
import compression from "compression";
import express, { Router } from "express";
import { refuseAddress } from "../errors.ts";
import type { RoomReader } from "../rooms.ts";

/** Serves the built page from `folder` at `/` and `/r/<room>`. */
export function pageRoutes(folder: string, readRoom: RoomReader): Router {
  const router = Router();
  router.use(compression());
  router.get(["/", "/r/:room"], (request, response) => {
    const named = readRoom(request.params.room);
    if ("code" in named) return refuseAddress(request, response, named);
    response.set("Cache-Control", "no-cache").sendFile(join(folder, "index.html"));
  });
  router.use(
    "/assets",
    express.static(join(folder, "assets"), { index: false, redirect: false, immutable: true, maxAge: "1y" }),
  );
  return router;
}
