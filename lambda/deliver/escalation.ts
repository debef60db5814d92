/** Escalation: a person with so many refused messages in so many minutes is muted or banned, as the policy says. */
import type { Rules } from "../decide/decide.ts";
import type { Moderation } from "../moderation-in-force.ts";
import type { EscalationStep } from "../policy/policy.ts";
import type { Said } from "../policy/recent-messages.ts";
import { isActive } from "../sanction.ts";
import type { Store } from "../store/store.ts";

/** What escalation needs. */
export interface EscalationDeps extends Pick<Rules, "inForce" | "recentMessages"> {
  readonly store: Store;
  readonly moderation: Moderation;
  readonly now: () => number;
}

/** Does a refusal for this reason count towards a sanction? */
export const isOffence = (reason: string): boolean => reason === "blocked" || reason === "too-fast";

/** Sanction a person whose refused messages come to a step of the policy, unless a sanction is in force already. */
export async function escalate(person: string, deps: EscalationDeps): Promise<void> {
  const { store, inForce, recentMessages, now, moderation } = deps;
  const step = stepFor(inForce.policy.escalation, recentMessages.of(person, ""), now());
  if (step === undefined || isActive(inForce.sanctionOf(person), now())) return;
  const until = step.forMs === undefined ? undefined : now() + step.forMs;
  const reason = `${step.blocked} refused messages in ${step.withinMs / 60_000} min`;
  const added = await store.sanctions.add({ kind: step.kind, person, until, reason, by: "policy" });
  if (!added.ok) throw new Error(added.code);
  moderation.apply(added.change);
}

/** The strictest step that these refusals come to. */
function stepFor(steps: readonly EscalationStep[], recent: readonly Said[], now: number): EscalationStep | undefined {
  const reached = steps.filter(({ blocked, withinMs }) => {
    return recent.filter((said) => said.blocked && now - said.at < withinMs).length >= blocked;
  });
  return [...reached].sort((a, b) => weight(b) - weight(a))[0];
}

const weight = ({ kind, forMs = Number.MAX_SAFE_INTEGER }: EscalationStep): number =>
  forMs * (kind === "ban" ? 1_000 : 1);
