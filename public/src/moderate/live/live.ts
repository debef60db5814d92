/** Every decision as it happens. The newest stand first; whoever reads in peace pauses, and nothing moves. */
import { createCell } from "../cell.ts";
import type { Desk, View } from "../desk.ts";
import type { Decision } from "../wire.ts";
import type { LiveActions, LiveState } from "./state.ts";
import { liveView } from "./view.ts";

const EMPTY: LiveState = { decisions: [], held: null, filter: { room: "", rule: "", action: "" } };
/** Decisions that the page keeps: some minutes of a busy room. */
const KEPT = 500;

/** Makes the view. */
export function createLive(desk: Desk): View {
  const { state, set } = createCell(EMPTY, desk.changed);
  const actions: LiveActions = {
    filter: (change) => set({ filter: { ...state().filter, ...change } }),
    pause(isPaused) {
      const { held, decisions } = state();
      if (isPaused) set({ held: held ?? [] });
      else set({ decisions: newestFirst(held ?? [], decisions), held: null });
    },
  };
  return {
    keys: [{ key: "p", does: "pause or go on", run: () => actions.pause(state().held === null) }],
    open: () => desk.changed(),
    template: () => liveView(state(), actions),
    heard(heard) {
      if (heard.name !== "decisions") return;
      const { held, decisions } = state();
      if (held === null) set({ decisions: newestFirst(heard.data, decisions) });
      else set({ held: newestFirst(heard.data, held) });
    },
  };
}

/** Each message once, though the rules may hand it over twice; in the order in which they were written. */
function newestFirst(fresh: readonly Decision[], known: readonly Decision[]): Decision[] {
  // what comes later about one message is what holds
  const byId = new Map([...fresh, ...known, ...fresh].map((decision) => [decision.id, decision]));
  return [...byId.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, KEPT);
}
