/** What waits for moderators, page by page, and one case with what they need to decide it. */
import { inboundOf, outboundFor } from "../channels.ts";
import { type Applied, applyPolicy } from "../decide/apply-policy.ts";
import { limits } from "../limits.ts";
import type { Case, CasePage, CaseQuery } from "../store/cases.ts";
import type { DeskDeps } from "./desk.ts";
import { isRemoved, type StoredMessage } from "./desk-ably.ts";
import { sweepDesk } from "./sweep.ts";

/** A page of cases. What is left to do of decisions is done meanwhile, without anybody waiting for it. */
export async function listCases(query: CaseQuery, deps: DeskDeps): Promise<CasePage> {
  void sweepDesk(deps);
  return await deps.store.cases.list(query);
}

/** A message of the room around the one that a case is about. */
interface ContextMessage {
  readonly author: string;
  readonly text: string;
  readonly at: number;
  /** Is it the one that the case is about? */
  readonly isSubject: boolean;
}

export type CaseDetails =
  | {
      readonly ok: true;
      readonly case: Case;
      /** The last messages of the room up to then, oldest first; empty when Ably does not tell. */
      readonly context: readonly ContextMessage[];
      /** What the policy in force says of the text: each rule that applies, with its spans. */
      readonly rules: readonly Applied[];
    }
  | { readonly ok: false; readonly code: "unknown-case" };

const CONTEXT = 5;

/** One case, what was said around it, and why the policy in force would not let it pass. */
export async function caseDetails(id: string, deps: DeskDeps): Promise<CaseDetails> {
  const found = await deps.store.cases.get(id);
  if (found === undefined) return { ok: false, code: "unknown-case" };
  const [context, inForce] = await Promise.all([contextOf(found, deps), deps.moderation.read()]);
  const { policy } = inForce ?? { policy: deps.moderation.fallback };
  const { text, room, at } = found;
  // as if its author had said nothing else: what the others said then is not known any more
  const { rules } = applyPolicy({ text, room, at }, { policy, recent: [], now: at });
  return { ok: true, case: found, context, rules };
}

async function contextOf({ room, at, message }: Case, { ably }: DeskDeps): Promise<ContextMessage[]> {
  const channel = outboundFor(inboundOf(room)) ?? "";
  const part = { end: at + limits.clockSkewMs, newestFirst: true, limit: CONTEXT + 1 };
  const answer = await ably.history(channel, part, limits.attemptMs);
  const messages = answer.ok ? [...answer.messages].reverse() : [];
  const around = messages.map((stored) => ({ ...contextOfMessage(stored), isSubject: stored.id === message.id }));
  return around.slice(around.some(({ isSubject }) => isSubject) ? 0 : -CONTEXT);
}

const contextOfMessage = (stored: StoredMessage) => ({
  author: stored.clientId ?? "",
  text: isRemoved(stored) || typeof stored.data !== "string" ? "" : stored.data,
  at: stored.timestamp ?? 0,
});
