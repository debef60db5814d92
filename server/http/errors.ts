/** Refusals over HTTP: a status, a code for programs and a sentence for people. */
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import type { Log } from "../log.ts";
import { readDocument, withRefusal } from "./documents.ts";
import { type Refusal, refusal } from "./refusals.ts";
import { requestIdOf } from "./requests.ts";

/** Answers `{ error: { code, message } }`, the form of every refusal; what else is known of it stands there, too. */
export function refuse(response: Response, status: number, { code, message, until, reason }: Refusal): void {
  response.locals.refusal = code;
  response.status(status).json({ error: { code, message, until, reason } });
}

/** The code of the refusal that was answered; undefined when it was none. */
export const refusalOf = (response: Response): string | undefined => response.locals.refusal;

/** A refusal, and the page of ours that a sign-in is to lead to. */
interface VisitRefusal extends Refusal {
  readonly to?: string;
}

/** Answers whoever visits an address: a person reads a page in a language of theirs, a program gets the code. */
export async function refuseVisit(
  response: Response,
  status: number,
  { to = "/", ...problem }: VisitRefusal,
): Promise<void> {
  const { req: request } = response;
  if (request.accepts(["json", "html"]) !== "html") return refuse(response, status, problem);
  const { code, message } = problem;
  response.locals.refusal = code;
  response.status(status).set("Cache-Control", "no-store").vary("Accept-Language");
  try {
    const document = await readDocument(request.app.get("page folder"), `refused-${code}`, request);
    response.type("html").send(withRefusal(document, `${code} ${requestIdOf(response)}`, to));
  } catch {
    // the page is not built
    response.type("text/plain").send(`${message}\n`);
  }
}

/** Answers what no route took. */
export const notFound: RequestHandler = async (request, response) => {
  const message = `There is nothing at ${request.method} ${request.path}.`;
  await refuseVisit(response, 404, { code: "not_found", message });
};

/** Answers errors: clients learn of their own mistakes; for ours they get an id that the log explains. */
export function errorHandler(log: Log): ErrorRequestHandler {
  // biome-ignore lint/complexity/useMaxParams: Express knows an error handler by its four parameters
  return async (error: { status?: number; message?: string }, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error.status !== undefined && error.status >= 400 && error.status < 500)
      return await refuseVisit(response, error.status, refusal("bad_request")[1]);
    const id = requestIdOf(response);
    log.error("request.failed", { id, reason: String(error.message) });
    await refuseVisit(response, 500, {
      code: "internal",
      message: `Something went wrong here; the log knows it as ${id}.`,
    });
  };
}
