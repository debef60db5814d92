/**
 * A sender asks for another look at a message that was refused, masked or removed. The store has what a moderator denied;
 * the history of the inbound channel has what a rule blocked, as it came.
 */
import { inboundOf } from "../channels.ts";
import { applyPolicy } from "../decide/apply-policy.ts";
import { outgoingId } from "../decide/outgoing.ts";
import { readText } from "../decide/text.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { sourceIdOf } from "../receive/entry.ts";
import type { AuditEntry } from "../store/audit.ts";
import type { Case, NewCase } from "../store/cases.ts";
import { announceCase, type DeskDeps } from "./desk.ts";

export interface Appeal {
  /** What the sender calls the message. */
  readonly sourceId: string;
  /** The person who asks; only the author of the message may. */
  readonly person: string;
}

export type AppealOutcome =
  | { readonly ok: true; readonly case: Case }
  /** `not-refused`: the message is published, or a moderator has not decided yet. */
  | { readonly ok: false; readonly code: "unknown-message" | "not-refused" };

/** Open a case, once for each message. */
export async function appealMessage({ sourceId, person }: Appeal, deps: DeskDeps): Promise<AppealOutcome> {
  const [entries, cases] = await Promise.all([
    deps.store.audit.about(person, limits.appealEntries),
    deps.store.cases.about(person, limits.appealEntries),
  ]);
  const held = cases.find(({ kind, message }) => kind === "held" && message.sourceId === sourceId);
  if (held !== undefined && held.outcome !== "denied") return { ok: false, code: "not-refused" };
  if (held !== undefined) return await openCase(held, deps);
  const entry = entries.find(({ author = "", subject }) => subject === outgoingId(author, sourceId));
  if (entry?.author === undefined || entry.room === undefined) return { ok: false, code: "unknown-message" };
  if (!APPEALABLE.includes(entry.did)) return { ok: false, code: "not-refused" };
  return await openCase(await refusedAs(sourceId, { ...entry, author: entry.author, room: entry.room }, deps), deps);
}

/** What a rule or a moderator did to a message, where its author may ask for another look. */
const APPEALABLE: readonly string[] = ["block", "mask", "remove"];

type Refused = Omit<NewCase, "kind">;

async function openCase(
  { room, author, person, text, result, rules, at, message }: Refused,
  deps: DeskDeps,
): Promise<AppealOutcome> {
  const made = { kind: "appealed", room, author, person, text, result, rules, at, message } as const;
  const opened = await deps.store.cases.open(made);
  if (opened.isNew) announceCase(opened.case, deps);
  return { ok: true, case: opened.case };
}

/**
 * What would be shown: what a rule masked as it was written, since the appeal is against the stars; all else with the stars of
 * the policy in force.
 */
async function refusedAs(
  sourceId: string,
  entry: AuditEntry & Pick<Refused, "author" | "room">,
  deps: DeskDeps,
): Promise<Refused> {
  const { author, room, at, subject, rules = [] } = entry;
  const text = await textOf(sourceId, entry, deps);
  const { policy } = (await deps.moderation.read()) ?? { policy: deps.moderation.fallback };
  const ruling = applyPolicy({ text, room, at }, { policy, recent: [], now: at });
  const isMasked = entry.did === "mask";
  const message = { id: subject, sourceId, timestamp: at, starred: isMasked ? 0 : ruling.masked.length };
  const result = isMasked ? text : ruling.text;
  return { room, author, person: personOf(author), text, result, rules, at, message };
}

/** As it came in; empty where Ably does not keep it any more, so that a moderator can still answer. */
async function textOf(
  sourceId: string,
  { author, room, at }: Pick<Refused, "author" | "room" | "at">,
  { ably }: DeskDeps,
): Promise<string> {
  const part = { start: at - limits.clockSkewMs, end: at + limits.clockSkewMs, limit: 1_000 };
  const answer = await ably.history(inboundOf(room), part, limits.attemptMs);
  const came = answer.ok ? answer.messages : [];
  const message = came.find(({ clientId, id }) => clientId === author && sourceIdOf(id ?? "") === sourceId);
  const read = message === undefined ? undefined : readText(message, limits.textLength);
  return read?.ok === true ? read.text : "";
}
