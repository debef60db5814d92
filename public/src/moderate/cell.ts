/** A cell: the state of one view. Each change of it is drawn. */
export interface Cell<S> {
  state(): S;
  set(change: Partial<S>): void;
}

/** Makes a cell; `changed` runs after each change. */
export function createCell<S extends object>(initial: S, changed: () => void): Cell<S> {
  let state = initial;
  return {
    state: () => state,
    set(change) {
      state = { ...state, ...change };
      changed();
    },
  };
}
