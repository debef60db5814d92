/** `/moderate/people`: what is known of somebody, and mutes, bans and lifts. */
import { Router } from "express";
import * as z from "zod";
import { personRecord } from "../../../../lambda/desk/people.ts";
import { sanctionAtDesk } from "../../../../lambda/desk/sanction-person.ts";
import { refuseRequest, refuseWith, withStore } from "./answer.ts";
import { byWhom, type ModerateDependencies } from "./deps.ts";
import { personOf, sanctionOf } from "./present.ts";

const reason = z.string().max(500).default("");
const Wanted = z.object({
  kind: z.enum(["mute", "ban"]),
  until: z.iso
    .datetime({ offset: true })
    .nullish()
    .transform((until) => (until == null ? undefined : Date.parse(until))),
  reason,
});
const Lift = z.object({ reason }).default({ reason: "" });

/** Makes the routes. */
export function peopleRoutes({ desk: { deps }, log }: ModerateDependencies): Router {
  const router = Router();
  router.get(
    "/people",
    withStore(log, async (_request, response) => {
      response.json({ sanctions: (await deps.store.sanctions.active()).map(sanctionOf) });
    }),
  );
  router.get(
    "/people/:person",
    withStore(log, async (request, response) => {
      const found = await personRecord(String(request.params.person), deps.store);
      if (found.ok) response.json(personOf(found.record));
      else refuseWith(response, found);
    }),
  );
  router.put(
    "/people/:person/sanction",
    withStore(log, async (request, response) => {
      const wanted = Wanted.safeParse(request.body);
      if (!wanted.success)
        return refuseRequest(response, "A sanction has a kind (mute or ban), an until and a reason.");
      if (wanted.data.until !== undefined && wanted.data.until <= deps.now())
        return refuseRequest(response, "The until of a sanction lies ahead.");
      const done = await sanctionAtDesk(
        { ...wanted.data, person: String(request.params.person), by: byWhom(request) },
        deps,
      );
      if (done.ok) response.status(204).end();
      else refuseWith(response, done);
    }),
  );
  router.delete(
    "/people/:person/sanction",
    withStore(log, async (request, response) => {
      const lift = Lift.safeParse(request.body);
      if (!lift.success) return refuseRequest(response, "A reason is a text of at most 500 characters.");
      const person = String(request.params.person);
      const done = await sanctionAtDesk({ kind: "lift", person, reason: lift.data.reason, by: byWhom(request) }, deps);
      if (done.ok) response.status(204).end();
      else refuseWith(response, done);
    }),
  );
  return router;
}
