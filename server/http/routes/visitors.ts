/**
 * What any visitor may ask of the moderators: `POST /reports` of somebody's message, `POST /appeals` about one's own, and
 * `DELETE /messages` for one's own. Who asks is who the identity cookie says; nothing follows from a report by itself.
 */
import cookieParser from "cookie-parser";
import express, { type Request, type RequestHandler, type Response, Router } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import * as z from "zod";
import { appealMessage } from "../../../lambda/desk/appeal.ts";
import { removeOwnMessage } from "../../../lambda/desk/remove-message.ts";
import { reportMessage } from "../../../lambda/desk/report-message.ts";
import { identityCookie } from "../../identity/identity-cookie.ts";
import type { NameCheck } from "../../identity/names.ts";
import { remembered } from "../../identity/person.ts";
import { limits } from "../../limits.ts";
import type { Log } from "../../log.ts";
import { ownPagesOnly } from "../csrf.ts";
import { refuse } from "../errors.ts";
import { countedAddress } from "../proxies.ts";
import { refusal } from "../refusals.ts";
import { refuseRequest, refuseWith, withStore } from "./moderate/answer.ts";
import type { Desk } from "./moderate/deps.ts";

export interface VisitorDependencies {
  readonly desk: Desk;
  readonly checkName: NameCheck;
  readonly sessionSecrets: readonly string[];
  readonly proxies: readonly string[] | undefined;
  readonly log: Log;
  /** Whether whoever sends this request may take part. */
  readonly mayChat: (request: Request) => Promise<boolean>;
}

const place = { room: z.string().max(40), serial: z.string().min(1).max(200) };
const Report = z.object({ ...place, reason: z.string().max(500).default("") });
const Appeal = z.object({ sourceId: z.string().min(1).max(200) });
const Removal = z.object(place);

/** Makes the routes. */
export function visitorRoutes(dependencies: VisitorDependencies): Router {
  const { desk, sessionSecrets, log } = dependencies;
  const { deps } = desk;
  const router = Router();
  const checked = [ownPagesOnly, cookieParser([...sessionSecrets]), visitorsOnly(dependencies), ...acts(dependencies)];
  /** What a request asks with a body of this shape. `says` is told to a body of another one. */
  function take<T>(
    shape: z.ZodType<T>,
    says: string,
    act: (body: T, person: string) => Promise<Done>,
  ): RequestHandler[] {
    const work = withStore(log, async (request, response) => {
      const body = shape.safeParse(request.body);
      if (!body.success) return refuseRequest(response, says);
      answer(response, await act(body.data, personIn(response)));
    });
    return [...checked, express.json(), work];
  }
  const report = take(Report, "A report names a room and a serial.", (body, person) =>
    reportMessage({ ...body, person }, deps),
  );
  const appeal = take(Appeal, "An appeal names a sourceId.", (body, person) =>
    appealMessage({ ...body, person }, deps),
  );
  const removal = take(Removal, "Name a room and a serial.", (body, person) =>
    removeOwnMessage({ ...body, person }, deps),
  );
  router.post("/reports", ...report);
  router.post("/appeals", ...appeal);
  router.delete("/messages", ...removal);
  return router;
}

const personIn = (response: Response): string => String(response.locals.person);

type Done = { readonly ok: true } | { readonly ok: false; readonly code: string };

function answer(response: Response, done: Done): void {
  if (done.ok) response.status(204).end();
  else refuseWith(response, { ok: false, code: done.code });
}

/** Lets visitors pass who have been in the chat: nobody else has anything to report. */
function visitorsOnly({ checkName, mayChat }: VisitorDependencies): RequestHandler {
  return async (request, response, next) => {
    response.set("Cache-Control", "no-store");
    const person = remembered(identityCookie.read(request), checkName)?.person;
    response.locals.person = person;
    if (person === undefined) refuse(response, ...refusal("unknown_visitor"));
    else if (!(await mayChat(request))) {
      refuse(response, ...refusal("sign_in_required"));
    } else next();
  };
}

/** How often a visitor may do these: by person, and by address, since anybody can be a new person at any time. */
function acts({ proxies }: VisitorDependencies): RequestHandler[] {
  const limit = (aMinute: number, keyGenerator: (request: Request, response: Response) => string) =>
    rateLimit({
      windowMs: 60_000,
      limit: aMinute,
      standardHeaders: "draft-8",
      legacyHeaders: false,
      keyGenerator,
      handler: (_request, response) => refuse(response, ...refusal("too_many_requests")),
    });
  return [
    limit(limits.personActsAMinute, (_request, response) => personIn(response)),
    limit(limits.addressActsAMinute, (request) => ipKeyGenerator(countedAddress(request, proxies))),
  ];
}
