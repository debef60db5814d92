/** Puts into quarantine what could not be published and is not its sender's fault. */
import type { Pace } from "../backoff.ts";
import { REASONS, type Reason } from "../decide/reasons.ts";
import { toJson } from "../json.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import { type Quarantined, storable, storableRaw } from "../quarantine/entry.ts";
import type { Keeper } from "../quarantine/quarantine.ts";
import type { Quota } from "../quarantine/quota.ts";
import { type Mode, senderOf } from "../receive/entry.ts";
import { eventKey, type Fate } from "./fate.ts";
import type { Recent } from "./recent.ts";
import { retry } from "./retry.ts";

export interface KeepDeps extends Pace {
  readonly quarantine: Keeper | undefined;
  /** What was put into quarantine lately. When its request is repeated, it is neither kept again nor published. */
  readonly kept: Recent;
  readonly quota: Quota;
}

/** How the request came, and when everything must be over. */
export interface Terms {
  readonly mode: Mode;
  readonly deadline: number;
}

/**
 * Is a message kept that was not published for this reason? What its sender can put right, or knows already, is told
 * and not kept.
 */
export const isKeepable = (why: Reason): boolean => REASONS[why].outcome === "failed";

/** Put into quarantine what belongs there; true when that worked (or nothing did). */
export async function keep(
  reasons: ReadonlyMap<Fate, Reason>,
  { mode, deadline }: Terms,
  deps: KeepDeps,
): Promise<boolean> {
  const { quarantine, kept, now } = deps;
  const keepable = [...reasons].filter(([, why]) => isKeepable(why));
  if (keepable.length === 0) return true;
  if (quarantine === undefined) return false;
  const due = keepable.filter(([fate]) => hasRoom(fate, deps.quota));
  const fresh = due.filter(([{ entry }]) => !kept.has(eventKey(entry)));
  if (fresh.length > 0) {
    const entries = fresh.map(([fate, why]) => quarantined(fate, { why, mode, at: now() }));
    const { outcome } = await retry({ ...deps, deadline }, async () => {
      const answer = await quarantine.keep(entries, Math.min(limits.keepMs, deadline - now()));
      if (answer === "kept") return { ok: true } as const;
      return { ok: false, kind: answer === "full" ? "rejected" : "transient" } as const;
    });
    if (outcome !== "done") return false;
  }
  for (const [fate] of due) {
    fate.isKept = true;
    kept.add(eventKey(fate.entry));
  }
  return true;
}

/** Marks what goes beyond its sender's share of the quarantine. What names no sender has no share. */
function hasRoom(fate: Fate, quota: Quota): boolean {
  const { entry } = fate;
  const sender = senderOf(entry);
  if (sender === undefined) return true;
  const bytes = Buffer.byteLength(toJson(entry.kind === "nonsense" ? entry.raw : sender.message) ?? "");
  const allows = quota.allows(personOf(sender.message.clientId ?? ""), { event: eventKey(entry), bytes });
  if (!allows) fate.isForgone = true;
  return allows;
}

function quarantined(
  { entry, sending }: Fate,
  { why, mode, at }: { readonly why: Reason; readonly mode: Mode; readonly at: number },
): Quarantined {
  const what: Quarantined["what"] =
    entry.kind === "message"
      ? { kind: "message", channel: entry.channel, sourceId: entry.sourceId, message: storable(entry.message) }
      : storableRaw(entry.kind === "nonsense" ? entry.raw : undefined);
  const code = sending?.code;
  const attempts = sending?.attempts ?? 0;
  return { version: 1, at, reason: why, mode, what, attempts, ...(code !== undefined && { code }) };
}
