/** How the moderators' routes answer: an outcome as JSON, a refusal with its code and status, a failing store as 503. */
import type { Request, RequestHandler, Response } from "express";
import { policyLimits } from "../../../../lambda/policy/limits.ts";
import type { Log } from "../../../log.ts";
import { refuse } from "../../errors.ts";
import { refusal } from "../../refusals.ts";
import { requestIdOf } from "../../requests.ts";
import { caseOf } from "./present.ts";

const ENTRIES = policyLimits.entries.toLocaleString("en");

const REFUSALS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  "unknown-case": [404, "There is no such case."],
  "unknown-message": [404, "There is no such message; it may have been removed."],
  "unknown-person": [404, "Nothing is known of such a person."],
  "unknown-version": [404, "There is no such version of the policy."],
  "unknown-room": [404, "There is no such room."],
  "not-held": [409, "Only a held message can be approved or denied; others are dismissed or removed."],
  "text-gone": [409, "Ably does not keep the text of this message any more; deny or dismiss it."],
  "already-decided": [409, "Somebody else has decided already."],
  "not-refused": [409, "This message was not refused."],
  "not-sanctioned": [409, "This person is not muted or banned."],
  "not-yours": [403, "Only its author can remove this message."],
  "too-many-sanctions": [409, "Too many people are muted or banned; lift some first."],
  "version-conflict": [412, "Somebody else saved first."],
  "policy-too-large": [413, `The policy is too large; all its lists together take ${ENTRIES} entries.`],
  "invalid-policy": [422, "The policy is not right yet."],
  "ably-unavailable": [503, "Ably cannot be reached; try again."],
};

/** Something that did not go as it was asked. */
export interface Refused {
  readonly ok: false;
  readonly code: string;
  readonly case?: Parameters<typeof caseOf>[0];
  readonly problems?: readonly object[];
  readonly version?: number;
}

/** Answers a refusal, with what its reader needs to go on. */
export function refuseWith(response: Response, { code, case: about, problems, version }: Refused): void {
  const [status, message] = REFUSALS[code] ?? [400, "This cannot be done."];
  response.locals.refusal = code;
  const more = { ...(about && { case: caseOf(about) }), ...(problems && { problems }), ...(version && { version }) };
  response.status(status).json({ error: { code, message, ...more } });
}

/** Answers a request that cannot be understood. */
export function refuseRequest(response: Response, message: string): void {
  refuse(response, 400, { code: "bad_request", message });
}

/** A route whose work needs the store. When that fails, nothing was decided that the answer does not tell. */
export const withStore =
  (log: Log, work: (request: Request, response: Response) => Promise<void>): RequestHandler =>
  async (request, response) => {
    try {
      await work(request, response);
    } catch (error) {
      if (response.headersSent) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      log.error("desk.failed", { id: requestIdOf(response), path: request.path, reason });
      refuse(response, ...refusal("store-unavailable"));
    }
  };
