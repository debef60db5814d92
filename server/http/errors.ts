/** Refusals over HTTP: a status, a code for programs and a sentence for people. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import type { Log } from "../log.ts";
import { readDocument } from "./documents.ts";
import { type Refusal, refusal } from "./refusals.ts";
import { requestIdOf } from "./requests.ts";

/** Answers `{ error: { code, message } }`, the form of every refusal; what else is known of it stands there, too. */
export function refuse(response: Response, status: number, { code, message, until, reason }: Refusal): void {
  response.locals.refusal = code;
  response.status(status).json({ error: { code, message, until, reason } });
}

/** The code of the refusal that was answered; undefined when it was none. */
export const refusalOf = (response: Response): string | undefined => response.locals.refusal;

/** Answers a wrong address: a person reads a page, a program gets the code. */
export async function refuseAddress(request: Request, response: Response, problem: Refusal): Promise<void> {
  if (request.accepts(["json", "html"]) !== "html") {
    refuse(response, 404, problem);
    return;
  }
  response.status(404).set("Cache-Control", "no-store").vary("Accept-Language");
  try {
    response.type("html").send(await readDocument(request.app.get("page folder"), "404", request));
  } catch {
    // the page is not built
    response.type("text/plain").send(`${problem.message}\n`);
  }
}

/** Answers what no route took. */
export const notFound: RequestHandler = async (request, response) => {
  const message = `There is nothing at ${request.method} ${request.path}.`;
  await refuseAddress(request, response, { code: "not_found", message });
};

/** Answers errors: clients learn of their own mistakes; for ours they get an id that the log explains. */
export function errorHandler(log: Log): ErrorRequestHandler {
  // biome-ignore lint/complexity/useMaxParams: Express knows an error handler by its four parameters
  return (error: { status?: number; message?: string }, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error.status !== undefined && error.status >= 400 && error.status < 500)
      return refuse(response, error.status, refusal("bad_request")[1]);
    const id = requestIdOf(response);
    log.error("request.failed", { id, reason: String(error.message) });
    refuse(response, 500, { code: "internal", message: `Something went wrong here; the log knows it as ${id}.` });
  };
}
