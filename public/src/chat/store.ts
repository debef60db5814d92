/** The store: the state of the page, and word of its changes. */
import { type Event, reduce, type State } from "./state.ts";

export interface Store {
  state(): State;
  dispatch(event: Event): void;
}

/** Holds the state; after a burst of events `changed` runs once. `later` decides when. */
export function createStore(initial: State, changed: (state: State) => void, later: (task: () => void) => void): Store {
  let state = initial;
  let planned = false;
  return {
    state: () => state,
    dispatch(event) {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      if (planned) return;
      planned = true;
      later(() => {
        planned = false;
        changed(state);
      });
    },
  };
}
