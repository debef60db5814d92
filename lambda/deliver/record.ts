/**
 * What is written down about decisions that were not a plain publish: flags for moderators, the audit, and the sanction
 * that a policy sets after so many refusals. It is tried until the deadline and counted when it fails, since nothing that
 * people see depends on it.
 */
import type { Judged, Rules } from "../decide/decide.ts";
import type { Moderation } from "../in-force.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import type { EscalationStep } from "../policy/policy.ts";
import type { Said } from "../policy/window.ts";
import { isActive, type SanctionChange } from "../sanction.ts";
import type { AuditEntry } from "../store/audit.ts";
import type { Store } from "../store/store.ts";
import { isOffence } from "./consider.ts";
import { type Fate, isOfMessage, type MessageFate } from "./fate.ts";
import { caseOf, within } from "./hold.ts";
import { inParallel } from "./parallel.ts";
import { type Patience, retry } from "./retry.ts";

export interface RecordDeps extends Pick<Rules, "inForce" | "window">, Omit<Patience, "deadline"> {
  readonly store: Store | undefined;
  readonly moderation: Moderation;
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
    ...offendersIn(messages).map((person) => () => escalate(person, store, deps)),
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

function judgedOf({ decision }: MessageFate): Judged | undefined {
  if (decision?.kind === "publish" || decision?.kind === "hold") return decision;
  return decision?.kind === "refuse" ? decision.judged : undefined;
}

/** Published, and of interest for moderators all the same. */
const isFlagged = ({ action, rules }: Judged): boolean =>
  (action === "flag" || action === "mask") && rules.some((rule) => rule.action === "flag");

/** Of a flood the first lines say enough. */
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

async function escalate(person: string, store: Store, deps: RecordDeps): Promise<void> {
  const { inForce, window, now, moderation } = deps;
  const step = stepFor(inForce.policy.escalation, window.of(person, ""), now());
  if (step === undefined || isActive(inForce.sanctionOf(person), now())) return;
  const until = step.forMs === undefined ? undefined : now() + step.forMs;
  const reason = `${step.blocked} refused messages in ${step.withinMs / 60_000} min`;
  const added = await store.sanctions.add({ kind: step.kind, person, until, reason, by: "policy" });
  if (!added.ok) throw new Error(added.code);
  moderation.apply(added.change);
  await store.audit.add([auditOfSanction(added.change)]);
}

const auditOfSanction = ({ at, by, kind, person, reason }: SanctionChange): AuditEntry => {
  return { at, by, did: kind, subject: person, reason, person };
};

/** The strictest step that these refusals come to. */
function stepFor(steps: readonly EscalationStep[], recent: readonly Said[], now: number): EscalationStep | undefined {
  const reached = steps.filter(({ blocked, withinMs }) => {
    return recent.filter((said) => said.blocked && now - said.at < withinMs).length >= blocked;
  });
  return [...reached].sort((a, b) => weight(b) - weight(a))[0];
}

const weight = ({ kind, forMs = Number.MAX_SAFE_INTEGER }: EscalationStep): number =>
  forMs * (kind === "ban" ? 1_000 : 1);
