/** `/moderate/cases` and `/moderate/messages/remove`: what waits, one case, and what is decided about it. */
import { Router } from "express";
import * as z from "zod";
import { caseDetails, listCases } from "../../../../lambda/desk/cases.ts";
import { decideCase } from "../../../../lambda/desk/decide-case.ts";
import { removeMessage } from "../../../../lambda/desk/remove-message.ts";
import { refuseRequest, refuseWith, withStore } from "./answer.ts";
import { byWhom, type ModerateDependencies } from "./deps.ts";
import { appliedTo, caseOf } from "./present.ts";

const Query = z.object({
  state: z.enum(["open", "closed"]).default("open"),
  kind: z.enum(["held", "flagged", "reported", "appealed"]).optional(),
  before: z.string().max(1_000).optional(),
});
const reason = z.string().max(500).default("");
const Decision = z.object({ reason }).default({ reason: "" });
const Removal = z.union([
  z.object({ case: z.string(), reason }),
  z.object({ room: z.string(), serial: z.string(), reason }),
]);
const OUTCOMES = { approve: "approved", deny: "denied", dismiss: "dismissed" } as const;

/** Makes the routes. */
export function caseRoutes({ desk: { deps }, log }: ModerateDependencies): Router {
  const router = Router();
  router.get(
    "/cases",
    withStore(log, async (request, response) => {
      const query = Query.safeParse(request.query);
      if (!query.success) return refuseRequest(response, "This is no question for cases.");
      const { cases, next } = await listCases(query.data, deps);
      response.json({ cases: cases.map(caseOf), next });
    }),
  );
  router.get(
    "/cases/:id",
    withStore(log, async (request, response) => {
      const details = await caseDetails(String(request.params.id), deps);
      if (!details.ok) return refuseWith(response, details);
      const { case: about, context, rules } = details;
      const said = context.map((message) => ({ ...message, at: new Date(message.at).toISOString() }));
      response.json({ case: caseOf(about), context: said, rules: rules.map(appliedTo(about.text)) });
    }),
  );
  for (const [verb, outcome] of Object.entries(OUTCOMES)) {
    router.post(
      `/cases/:id/${verb}`,
      withStore(log, async (request, response) => {
        const body = Decision.safeParse(request.body);
        if (!body.success) return refuseRequest(response, "A reason is a text of at most 500 characters.");
        const id = String(request.params.id);
        const done = await decideCase({ id, outcome, reason: body.data.reason, by: byWhom(request) }, deps);
        if (done.ok) response.json({ case: caseOf(done.case), isFinished: done.isFinished });
        else refuseWith(response, done);
      }),
    );
  }
  router.post(
    "/messages/remove",
    withStore(log, async (request, response) => {
      const removal = Removal.safeParse(request.body);
      if (!removal.success) return refuseRequest(response, "Name a case, or a room and a serial.");
      const done = await removeMessage({ ...removal.data, by: byWhom(request) }, deps);
      if (!done.ok) refuseWith(response, done);
      else if (done.isFinished) response.status(204).end();
      else response.status(202).json({ isFinished: false });
    }),
  );
  return router;
}
