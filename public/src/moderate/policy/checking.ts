/** What the server thinks of a draft: its problems, what it does to a text, what it would have done to the last messages. */
import type { Cell } from "../cell.ts";
import type { Desk } from "../desk.ts";
import { tidied } from "./document.ts";
import type { Backtest, PolicyState, Tried } from "./state.ts";

interface Checking {
  /** Once typing rests. */
  soon(): void;
  test(): Promise<void>;
}

/** Typing rests so long before the draft is checked. */
const CHECK_MS = 300;
/** Messages that a draft is tested on. */
const TESTED = 1_000;

/** Makes what checks the drafts of a desk. */
export function createChecking(desk: Desk, { state, set }: Cell<PolicyState>): Checking {
  let cancel = (): void => {};
  let checks = 0;

  async function check(): Promise<void> {
    checks += 1;
    const mine = checks;
    const { draft, trial } = state();
    const body = { policy: tidied(draft), text: trial.text || " ", room: trial.room };
    const answer = await desk.api.send<Tried>("POST", "policy/try", { body });
    // Only the last answer counts.
    if (mine !== checks) return;
    if (answer.ok) set({ tried: trial.text === "" ? null : answer.value, problems: [], problem: null });
    else if (answer.refusal.problems === undefined) set({ tried: null, problem: answer.refusal.message });
    else set({ tried: null, problems: answer.refusal.problems, problem: null });
  }

  async function test(): Promise<void> {
    set({ isTesting: true, backtest: null });
    const { draft, trial } = state();
    const body = { policy: tidied(draft), room: trial.room, messages: TESTED };
    const answer = await desk.api.send<Backtest>("POST", "policy/backtest", { body });
    if (draft !== state().draft || trial.room !== state().trial.room) set({ isTesting: false });
    else if (answer.ok) set({ isTesting: false, backtest: answer.value });
    else set({ isTesting: false, problem: answer.refusal.message, problems: answer.refusal.problems ?? [] });
  }

  return {
    test,
    soon() {
      cancel();
      cancel = desk.after(CHECK_MS, () => {
        void check();
        if (state().isSaving && state().backtest === null) void test();
      });
    },
  };
}
