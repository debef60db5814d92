/**
 * `GET /rooms?garden=<ms>&lobby=<ms>`: for each room that somebody was in before, who is there and how much was said by
 * others since then. Nothing of what was said.
 */
import cookieParser from "cookie-parser";
import { type Request, Router } from "express";
import { rateLimit } from "express-rate-limit";
import { identityCookie } from "../../identity/identity-cookie.ts";
import { remembered } from "../../identity/person.ts";
import { limits } from "../../limits.ts";
import type { LookAtRoom } from "../../room-looks.ts";
import { notFromOtherSites } from "../csrf.ts";
import { refuse } from "../errors.ts";
import { refusal } from "../refusals.ts";
import { type AuthDependencies, mayChat } from "./auth.ts";

export interface RoomDependencies extends AuthDependencies {
  readonly lookAtRoom: LookAtRoom;
}

interface Counts {
  readonly people: number;
  readonly unread: number;
}

/** Makes the route. */
export function roomRoutes(dependencies: RoomDependencies): Router {
  const { sessionSecrets, checkName } = dependencies;
  const personIn = (request: Request) => remembered(identityCookie.read(request), checkName)?.person;
  const limit = rateLimit({
    windowMs: 60_000,
    limit: limits.roomRequestsAMinute,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    keyGenerator: (request) => personIn(request) ?? "",
    handler: (_request, response) => refuse(response, ...refusal("too_many_requests")),
  });
  const router = Router();
  router.get("/rooms", notFromOtherSites, cookieParser([...sessionSecrets]), async (request, response, next) => {
    response.set("Cache-Control", "no-store");
    if (personIn(request) === undefined) {
      return refuse(response, ...refusal("unknown_visitor"));
    }
    if (!(await mayChat(request, dependencies))) {
      return refuse(response, ...refusal("sign_in_required"));
    }
    next();
  });
  router.get("/rooms", limit, async (request, response) => {
    const wanted = Object.entries(request.query).slice(0, limits.roomsAsked);
    const counted = await Promise.all(
      wanted.map(async ([name, since]) => [name, await count(dependencies, name, Number(since))] as const),
    );
    const found = counted.filter((one): one is [string, Counts] => one[1] !== undefined);
    response.json({ rooms: Object.fromEntries(found) });

    async function count({ readRoom, lookAtRoom }: RoomDependencies, name: string, since: number) {
      const named = readRoom(name);
      if ("code" in named) return undefined;
      const look = await lookAtRoom(named.room);
      if (look === undefined) return undefined;
      const me = personIn(request);
      const unread = look.said.filter(({ at, person }) => since > 0 && at > since && person !== me).length;
      return { people: look.people, unread };
    }
  });
  return router;
}
