/** Every decision as it happens. The newest stand first; whoever reads in peace pauses, and nothing moves. */
import type { Desk, View } from "../desk.ts";
import type { LiveActions, LiveState } from "./state.ts";
import { liveView } from "./view.ts";

/** Decisions that the page keeps: some minutes of a busy room. */
const KEPT = 500;

/** Makes the view. */
export function createLive(desk: Desk): View {
  let state: LiveState = { decisions: [], held: null, filter: { room: "", rule: "", action: "" } };
  const set = (change: Partial<LiveState>): void => {
    state = { ...state, ...change };
    desk.changed();
  };
  const actions: LiveActions = {
    filter: (change) => set({ filter: { ...state.filter, ...change } }),
    pause(isPaused) {
      if (isPaused) return set({ held: state.held ?? [] });
      set({ decisions: [...(state.held ?? []), ...state.decisions].slice(0, KEPT), held: null });
    },
  };
  return {
    keys: [{ key: "p", does: "pause or go on", run: () => actions.pause(state.held === null) }],
    open: () => desk.changed(),
    template: () => liveView(state, actions),
    heard(heard) {
      if (heard.name !== "decisions") return;
      const fresh = heard.data.toReversed();
      if (state.held === null) set({ decisions: [...fresh, ...state.decisions].slice(0, KEPT) });
      else set({ held: [...fresh, ...state.held].slice(0, KEPT) });
    },
  };
}
