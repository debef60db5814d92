/** `/moderate/policy`: what is in force, its history, trying one out, testing one on what was said, and saving one. */
import express, { type ErrorRequestHandler, type Request, Router } from "express";
import * as z from "zod";
import { changePolicy, currentPolicy, policyVersion } from "../../../../lambda/desk/saved-policies.ts";
import { backtestPolicy, tryPolicy } from "../../../../lambda/desk/try-policy.ts";
import { limits } from "../../../limits.ts";
import { refuse } from "../../errors.ts";
import { refuseRequest, refuseWith, withStore } from "./answer.ts";
import { byWhom, type ModerateDependencies } from "./deps.ts";
import { appliedTo, policyOf, versionOf } from "./present.ts";

const room = z.string().max(40).default("lobby");
const Save = z.object({ policy: z.unknown(), reason: z.string().max(500).default("") });
const Trial = z.object({ policy: z.unknown(), text: z.string().max(100_000), room });
const Test = z.object({ policy: z.unknown(), room, messages: z.int().min(1).max(10_000).default(1_000) });

/** Makes the routes. */
export function policyRoutes(dependencies: ModerateDependencies): Router {
  const router = Router();
  router.use("/policy", express.json({ limit: limits.policyBodyBytes }), tooLarge);
  addReading(router, dependencies);
  addProving(router, dependencies);
  return router;
}

/** A policy that is too large to be read at all is refused as one that is too large to be saved. */
// biome-ignore lint/complexity/useMaxParams: Express knows an error handler by its four parameters
const tooLarge: ErrorRequestHandler = (error, _request, response, next) => {
  if (Object(error).status === 413) refuseWith(response, { ok: false, code: "policy-too-large" });
  else next(error);
};

function addReading(router: Router, { desk: { deps }, log }: ModerateDependencies): void {
  router.get(
    "/policy",
    withStore(log, async (_request, response) => {
      const current = await currentPolicy(deps);
      if (!current.ok) return refuseWith(response, current);
      response.set("ETag", `"${current.saved.version}"`).json(policyOf(current.saved));
    }),
  );
  router.get(
    "/policy/versions",
    withStore(log, async (_request, response) => {
      response.json({ versions: (await deps.store.policies.since(0)).map(versionOf) });
    }),
  );
  router.get(
    "/policy/versions/:version",
    withStore(log, async (request, response) => {
      const version = Number(request.params.version);
      const found = await policyVersion(Number.isSafeInteger(version) ? version : -1, deps);
      if (found.ok) response.json(policyOf(found.saved));
      else refuseWith(response, found);
    }),
  );
  router.put(
    "/policy",
    withStore(log, async (request, response) => {
      const ifVersion = versionIn(request);
      const body = Save.safeParse(request.body);
      if (ifVersion === undefined)
        return refuse(response, 428, {
          code: "version-required",
          message: "Name the version that this follows in If-Match.",
        });
      if (!body.success) return refuseRequest(response, "Send a policy and a reason.");
      const { policy, reason } = body.data;
      const saved = await changePolicy(policy, { by: byWhom(request), reason, ifVersion }, deps);
      if (saved.ok) response.json({ ...versionOf(saved.version), policy });
      else refuseWith(response, saved);
    }),
  );
}

function addProving(router: Router, { desk: { deps }, log }: ModerateDependencies): void {
  router.post(
    "/policy/try",
    withStore(log, async (request, response) => {
      const trial = Trial.safeParse(request.body);
      if (!trial.success) return refuseRequest(response, "Send a policy, a text and a room.");
      const tried = await tryPolicy({ ...trial.data, policy: trial.data.policy }, deps);
      if (!tried.ok) return refuseWith(response, tried);
      const { action, text, rules, code } = tried;
      response.json({ action, text, ...(code && { code }), rules: rules.map(appliedTo(trial.data.text)) });
    }),
  );
  router.post(
    "/policy/backtest",
    withStore(log, async (request, response) => {
      const test = Test.safeParse(request.body);
      if (!test.success) return refuseRequest(response, "Send a policy, a room and how many messages.");
      const tested = await backtestPolicy({ ...test.data, policy: test.data.policy }, deps);
      if (!tested.ok) return refuseWith(response, tested);
      const { messages, before, after, changes } = tested;
      const lines = changes.map((change) => ({
        ...change,
        room: test.data.room,
        at: new Date(change.at).toISOString(),
      }));
      response.json({ messages, before, after, changes: lines });
    }),
  );
}

/** `If-Match`, quoted or not. */
function versionIn(request: Request): number | undefined {
  const match = /^"?(\d{1,9})"?$/.exec(request.get("if-match") ?? "");
  return match === null ? undefined : Number(match[1]);
}
