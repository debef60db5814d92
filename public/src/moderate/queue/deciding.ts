/** What a moderator decides about the case at hand, and what follows: the next case, a word about it, a way back. */
import type { Answer, Refusal } from "../api.ts";
import type { Cell } from "../cell.ts";
import type { Desk } from "../desk.ts";
import type { Case, Outcome } from "../wire.ts";
import { successor } from "./cases.ts";
import type { Reading } from "./reading.ts";
import type { QueueState } from "./state.ts";

export interface Deciding {
  decide(outcome: Outcome): Promise<void>;
  /** Mutes the person for an hour. */
  mute(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const PAST: Readonly<Record<Outcome, string>> = {
  approved: "Approved",
  denied: "Denied",
  dismissed: "Dismissed",
  removed: "Removed",
};
const PATHS: Readonly<Record<Exclude<Outcome, "removed">, string>> = {
  approved: "approve",
  denied: "deny",
  dismissed: "dismiss",
};

/** Makes what decides about cases. */
export function createDeciding(desk: Desk, { state, set }: Cell<QueueState>, reading: Reading): Deciding {
  async function decide(outcome: Outcome): Promise<void> {
    const one = reading.selected();
    if (one === undefined || one.state === "closed" || state().isDeciding) return;
    set({ isDeciding: true, problem: null });
    const answer = await send(desk, one, { outcome, reason: state().reason });
    set({ isDeciding: false });
    if (answer.ok) {
      leave(one);
      const done = isFinished(answer.value)
        ? PAST[outcome]
        : `${PAST[outcome]}; it follows as soon as Ably can be reached`;
      desk.say(`${done}. ${waiting(state().cases)}`);
    } else if (answer.refusal.code === "already-decided") {
      const { outcome: was, decidedBy } = answer.refusal.case ?? {};
      reading.closed({ id: one.id, ...(was && { outcome: was }), ...(decidedBy && { decidedBy }) });
      desk.say(alreadyDecided(answer.refusal));
    } else if (state().selected === one.id) set({ problem: answer.refusal.message });
  }

  /** Goes on to the next case; this one is done. */
  function leave(one: Case): void {
    const { cases, selected } = state();
    set({ cases: cases.filter(({ id }) => id !== one.id) });
    if (selected === one.id) reading.select(successor(cases, one.id));
  }

  async function mute(): Promise<void> {
    const one = reading.selected();
    if (one === undefined) return;
    const until = new Date(desk.now() + HOUR_MS).toISOString();
    const reason = state().reason || `${one.kind} message in ${one.room}`;
    const answer = await desk.api.send("PUT", sanctionOf(one), { body: { kind: "mute", until, reason } });
    if (!answer.ok) return void set({ problem: answer.refusal.message });
    desk.say("Muted for an hour.", () => void lift(one));
    void reading.look(one);
  }

  async function lift(one: Case): Promise<void> {
    const answer = await desk.api.send("DELETE", sanctionOf(one), { body: { reason: "undone" } });
    desk.say(answer.ok ? "The mute is lifted." : answer.refusal.message);
    const now = reading.selected();
    if (now !== undefined) void reading.look(now);
  }

  return { decide, mute };
}

interface Wish {
  readonly outcome: Outcome;
  readonly reason: string;
}

function send({ api }: Desk, { id }: Case, { outcome, reason }: Wish): Promise<Answer<unknown>> {
  if (outcome === "removed") return api.send("POST", "messages/remove", { body: { case: id, reason } });
  return api.send("POST", `cases/${encodeURIComponent(id)}/${PATHS[outcome]}`, { body: { reason } });
}

const sanctionOf = ({ person }: Case): string => `people/${encodeURIComponent(person)}/sanction`;

/** A decision counts at once; what follows from it may have to wait. */
const isFinished = (answer: unknown): boolean => Object(answer).isFinished !== false;

function waiting(cases: readonly Case[]): string {
  const { length } = cases.filter((one) => one.state === "open");
  if (length === 0) return "Nothing else is waiting.";
  return length === 1 ? "One is waiting." : `${length} are waiting.`;
}

const alreadyDecided = ({ case: by }: Refusal): string =>
  `Already ${by?.outcome ?? "decided"} by ${by?.decidedBy ?? "somebody else"}.`;
