/** The policy: a draft of it, checked and tried while somebody types, tested on what was said, saved, and taken back. */
import { createShelf } from "../../common/shelf.ts";
import { type Cell, createCell } from "../cell.ts";
import type { Desk, View } from "../desk.ts";
import { together } from "./changes.ts";
import { createChecking } from "./checking.ts";
import { createDrafting, type Drafting } from "./drafting.ts";
import type { PolicyActions, PolicyState } from "./state.ts";
import { createVersions } from "./versions.ts";
import { policyView } from "./view.ts";

const EMPTY: PolicyState = {
  tab: "words",
  base: null,
  draft: { rules: [] },
  json: null,
  problems: [],
  trial: { text: "", room: "lobby" },
  tried: null,
  isSaving: false,
  backtest: null,
  isTesting: false,
  reason: "",
  versions: [],
  looked: null,
  conflict: null,
  isBusy: false,
  problem: null,
};

/** Makes the view. */
export function createPolicy(desk: Desk): View {
  const cell = createCell(EMPTY, desk.changed);
  const { state, set } = cell;
  const checking = createChecking(desk, cell);
  const drafting = createDrafting(desk, cell, { shelf: createShelf(() => sessionStorage), check: checking.soon });
  const versions = createVersions(desk, cell);
  const read = (): void => {
    void drafting.read();
    void versions.read();
  };
  const saving = (isSaving: boolean): void => {
    set({ isSaving });
    if (isSaving && state().backtest === null) void checking.test();
  };
  const actions: PolicyActions = {
    ...conflictActions(desk, cell, drafting),
    tab: (tab) => set({ tab, json: null }),
    edit: drafting.edit,
    json: drafting.write,
    trial(change) {
      set({ trial: { ...state().trial, ...change }, ...(change.room !== undefined && { backtest: null }) });
      checking.soon();
    },
    reset: drafting.reset,
    saving,
    reason: (reason) => set({ reason }),
    save: () => void drafting.save().then(versions.read),
    look: (version) => void versions.look(version),
    async takeBack(version) {
      const policy = await versions.document(version);
      if (policy === null) return;
      set({ reason: `back to version ${version}`, tab: "words" });
      drafting.edit(policy);
      saving(true);
    },
  };
  return {
    keys: [{ key: "t", does: "try a text", run: () => document.querySelector<HTMLElement>("#try-text")?.focus() }],
    open: read,
    refresh: read,
    template: () => policyView({ state: { ...state(), isChanged: drafting.isChanged() }, actions, now: desk.now() }),
    heard(heard) {
      const { base, isBusy } = state();
      if (heard.name === "policy" && base !== null && heard.data.version > base.version && !isBusy) read();
    },
  };
}

function conflictActions(
  desk: Desk,
  { state, set }: Cell<PolicyState>,
  drafting: Drafting,
): Pick<PolicyActions, "choose" | "resolve"> {
  return {
    choose(difference, choice) {
      const { conflict } = state();
      if (conflict === null) return;
      set({ conflict: { ...conflict, choices: new Map(conflict.choices).set(difference, choice) } });
    },
    resolve() {
      const { conflict } = state();
      if (conflict === null) return;
      drafting.startFrom(conflict.theirs, together(conflict.theirs.policy, conflict.choices));
      desk.say("The two are one draft now. Look at it, and save it.");
    },
  };
}
