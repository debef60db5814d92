/** A visitor reports what somebody wrote: one case for each message, in which each person counts once. */

import type { Case } from "../store/cases.ts";
import { caseId } from "../store/cases.ts";
import { announceCase, type DeskDeps } from "./desk.ts";
import { type FoundMessage, findBySerial } from "./published.ts";

export interface MessageReport {
  readonly room: string;
  readonly serial: string;
  readonly reason: string;
  /** Who reports. */
  readonly person: string;
}

export type ReportOutcome = { readonly ok: true; readonly case: Case } | Extract<FoundMessage, { ok: false }>;

/** Report a message. Nothing follows by itself: a moderator looks. */
export async function reportMessage(
  { room, serial, reason, person }: MessageReport,
  deps: DeskDeps,
): Promise<ReportOutcome> {
  const answer = await findBySerial(room, serial, deps);
  if (!answer.ok) return answer;
  const { channel: _, text: result, ...found } = answer.found;
  // what was starred out is known where a rule flagged the message as well
  const flagged = await deps.store.cases.get(caseId({ kind: "flagged", message: found.message }));
  const text = flagged?.text ?? result;
  const made = { ...found, kind: "reported", text, result, rules: flagged?.rules ?? [] } as const;
  const reported = await deps.store.cases.report(made, { person, reason });
  announceCase(reported, deps);
  return { ok: true, case: reported };
}
