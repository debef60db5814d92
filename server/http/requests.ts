/** An id for each request: in the answer, in the log, and in the sentence about a fault of ours. */
import { randomUUID } from "node:crypto";
import type { RequestHandler, Response } from "express";
import type { Log } from "../log.ts";

/** Names each request and logs it when it is answered; `isQuiet` says of a path that it is not worth a line. */
export function nameRequests(log: Log, isQuiet: (path: string) => boolean): RequestHandler {
  return (request, response, next) => {
    const id = randomUUID();
    response.locals.requestId = id;
    response.set("X-Request-Id", id);
    const { method, path } = request; // never the query: names are in it
    const startedAt = performance.now();
    if (log.request !== undefined && !isQuiet(path)) {
      response.on("close", () => {
        const ms = Math.round(performance.now() - startedAt);
        log.request?.({ id, method, path, status: response.writableFinished ? response.statusCode : 499, ms });
      });
    }
    next();
  };
}

export const requestIdOf = (response: Response): string => String(response.locals.requestId);
