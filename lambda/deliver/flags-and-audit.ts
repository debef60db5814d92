/**
 * Writes down every decision that was not a plain publish: as a flag for moderators, as a line of the audit, and as a reason
 * for escalation. A write is tried until the deadline. One that fails is only counted, because nothing that people see
 * depends on it.
 */
import type { Pace } from "../backoff.ts";
import type { Judged } from "../decide/decide.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import type { AuditEntry } from "../store/audit.ts";
import type { Store } from "../store/store.ts";
import { type EscalationDeps, escalate, isOffence } from "./escalation.ts";
import { type Fate, isOfMessage, judgedOf, type MessageFate } from "./fate.ts";
import { caseOf, within } from "./hold.ts";
import { inParallel } from "./parallel.ts";
import { type Patience, retry } from "./retry.ts";

export interface RecordDeps extends Omit<EscalationDeps, "store">, Pace {
  readonly store: Store | undefined;
}

/** Write it all down; gives back how many writes failed. */
export async function record(fates: readonly Fate[], deadline: number, deps: RecordDeps): Promise<number> {
  const { store } = deps;
  if (store === undefined) return 0;
  const messages = fates.filter(isOfMessage);
  const flags = messages.flatMap((fate) => judgedOf(fate) ?? []).filter(isFlagged);
  const entries = auditOf(messages, deps.now());
  const writes = [
    ...flags.map((judged) => () => store.cases.open(caseOf(judged, "flagged"))),
    ...(entries.length > 0 ? [() => store.audit.add(entries)] : []),
    ...offendersIn(messages).map((person) => () => escalate(person, { ...deps, store })),
  ];
  let failed = 0;
  await inParallel(writes, limits.parallelNotices, async (write) => {
    if (!(await written(write, { ...deps, deadline }))) failed += 1;
  });
  return failed;
}

async function written(write: () => Promise<unknown>, patience: Patience): Promise<boolean> {
  const tried = await retry(patience, async (timeoutMs) => {
    const done = write().then(() => true);
    if ((await within(timeoutMs, patience, done)) === true) return { ok: true } as const;
    return { ok: false, kind: "transient" } as const;
  });
  return tried.outcome === "done";
}

/** Published, and of interest for moderators all the same. */
const isFlagged = ({ action, rules }: Judged): boolean =>
  (action === "flag" || action === "mask") && rules.some((rule) => rule.action === "flag");

/** The lines of the audit. Of one person's flood the first lines say enough. */
function auditOf(fates: readonly MessageFate[], now: number): AuditEntry[] {
  const written = new Map<string, number>();
  return fates.flatMap((fate): AuditEntry[] => {
    const judged = judgedOf(fate);
    if (judged === undefined || judged.action === "publish" || fate.sending?.outcome === "duplicate") return [];
    const author = judged.message.clientId;
    const person = personOf(author);
    const count = written.get(person) ?? 0;
    written.set(person, count + 1);
    if (count >= limits.auditPerPerson) return [];
    const reason = fate.decision?.kind === "refuse" ? fate.decision.reason : "";
    const rules = judged.rules.map(({ name }) => name);
    const { action: did, room, message } = judged;
    // by the message's own stamp, so that a repeated request writes the same entry again
    const at = fate.entry.message.timestamp ?? now;
    return [{ at, by: "policy", did, subject: message.id, reason, person, room, author, rules }];
  });
}

function offendersIn(fates: readonly MessageFate[]): string[] {
  const refused = fates.filter(({ decision }) => decision?.kind === "refuse" && isOffence(decision.reason));
  return [...new Set(refused.map(({ entry }) => personOf(entry.message.clientId ?? "")))];
}
