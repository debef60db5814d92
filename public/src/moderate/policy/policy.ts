/** The policy: a draft of it, checked and tried while somebody types, tested on what was said, saved, and taken back. */
import { createShelf } from "../../common/shelf.ts";
import type { Answer } from "../api.ts";
import type { Desk, View } from "../desk.ts";
import type { Heard } from "../feed/feed.ts";
import { differences, proposedChoice, together } from "./changes.ts";
import { type PolicyDocument, type PolicyVersion, type SavedPolicy, tidied } from "./document.ts";
import { keepDraft, takeDraft } from "./draft.ts";
import type { Backtest, PolicyActions, PolicyState, Tried } from "./state.ts";
import { policyView } from "./view.ts";

const NOTHING: PolicyDocument = { rules: [] };
/** Typing rests so long before the draft is checked. */
const CHECK_MS = 300;
const TESTED = 1_000;

const START: PolicyState = {
  tab: "words",
  base: null,
  draft: NOTHING,
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
  const shelf = createShelf(() => sessionStorage);
  let state = START;
  let cancelCheck = (): void => {};
  let checks = 0;

  function set(change: Partial<PolicyState>): void {
    state = { ...state, ...change };
    desk.changed();
  }
  const isChanged = (): boolean => state.base !== null && state.draft !== state.base.policy;

  /** Reads what is in force. A draft that was written on top of something else becomes a conflict. */
  async function read(): Promise<void> {
    const [answer, history] = await Promise.all([
      desk.api.get<SavedPolicy>("policy"),
      desk.api.get<{ versions: readonly PolicyVersion[] }>("policy/versions"),
    ]);
    if (history.ok) set({ versions: history.value.versions });
    if (!answer.ok) return set({ problem: answer.refusal.message });
    const { base } = state;
    const kept = base === null ? takeDraft(shelf) : null;
    set({ problem: null });
    if (kept !== null) {
      set({ base: kept.base, draft: kept.draft });
      if (kept.base.version === answer.value.version) return check();
    }
    if (state.base?.version === answer.value.version) return;
    if (isChanged()) conflictWith(answer.value);
    else startFrom(answer.value);
  }

  function startFrom(saved: SavedPolicy, draft: PolicyDocument = saved.policy): void {
    set({ base: saved, draft, json: null, conflict: null, isSaving: false, backtest: null });
    keepDraft(shelf, isChanged() ? { base: saved, draft } : null);
    check();
  }

  function conflictWith(theirs: SavedPolicy): void {
    const base = state.base?.policy ?? NOTHING;
    const found = differences(base, tidied(state.draft), theirs.policy);
    const choices = new Map(found.map((difference) => [difference, proposedChoice(difference)]));
    if (found.length === 0) startFrom(theirs);
    else set({ conflict: { theirs, choices }, isSaving: false, backtest: null });
  }

  /** Asks the server what it thinks of the draft; only the last answer counts. */
  function check(): void {
    cancelCheck();
    cancelCheck = desk.after(CHECK_MS, () => void checkNow());
  }

  async function checkNow(): Promise<void> {
    checks += 1;
    const mine = checks;
    const { text, room } = state.trial;
    const body = { policy: tidied(state.draft), text: text || " ", room };
    const answer = await desk.api.send<Tried>("POST", "policy/try", body);
    if (mine !== checks) return;
    if (answer.ok) set({ tried: text === "" ? null : answer.value, problems: [], problem: null });
    else if (answer.refusal.problems !== undefined)
      set({ tried: null, problems: answer.refusal.problems, problem: null });
    else set({ tried: null, problem: answer.refusal.message });
  }

  function edit(draft: PolicyDocument): void {
    if (state.base === null) return;
    set({ draft, backtest: null, isSaving: false, json: null });
    keepDraft(shelf, { base: state.base, draft });
    check();
  }

  async function test(): Promise<void> {
    set({ isTesting: true, backtest: null });
    const tested = state.draft;
    const answer = await desk.api.send<Backtest>("POST", "policy/backtest", {
      policy: tidied(tested),
      messages: TESTED,
    });
    if (tested !== state.draft) return set({ isTesting: false });
    set(answer.ok ? { isTesting: false, backtest: answer.value } : { isTesting: false, ...refusalIn(answer) });
  }

  async function save(): Promise<void> {
    const { base, draft, reason } = state;
    if (base === null) return;
    const policy = tidied(draft);
    set({ isBusy: true, problem: null });
    const answer = await desk.api.send<SavedPolicy>("PUT", "policy", { policy, reason: reason.trim() }, base.version);
    set({ isBusy: false });
    if (answer.ok) {
      set({ reason: "" });
      startFrom({ ...base, ...answer.value, policy });
      desk.say("Saved. It is in force within two seconds.");
      void read();
    } else if (answer.status === 412) void read();
    else set(refusalIn(answer));
  }

  async function look(version: number): Promise<void> {
    const [one, before] = await Promise.all([readVersion(version), readVersion(version - 1)]);
    if (one === null) return;
    set({ looked: { version, policy: one, before: before ?? one } });
  }

  async function readVersion(version: number): Promise<PolicyDocument | null> {
    const answer = await desk.api.get<SavedPolicy>(`policy/versions/${version}`);
    if (!answer.ok) set({ problem: answer.refusal.message });
    return answer.ok ? answer.value.policy : null;
  }

  async function takeBack(version: number): Promise<void> {
    const policy = await readVersion(version);
    if (policy === null) return;
    set({ reason: `back to version ${version}`, tab: "words" });
    edit(policy);
    saving(true);
  }

  function saving(isSaving: boolean): void {
    set({ isSaving });
    if (isSaving && state.backtest === null) void test();
  }

  const actions: PolicyActions = {
    tab: (tab) => set({ tab, json: null }),
    edit,
    json(text) {
      const parsed = parsedPolicy(text);
      if (parsed === null) set({ json: text, problems: [{ path: "", message: "This is not JSON yet." }], tried: null });
      else edit(parsed);
      set({ json: text });
    },
    trial(change) {
      set({ trial: { ...state.trial, ...change } });
      check();
    },
    reset() {
      const { base, draft } = state;
      if (base === null) return;
      startFrom(base);
      desk.say("The draft is thrown away.", () => edit(draft));
    },
    saving,
    reason: (reason) => set({ reason }),
    save: () => void save(),
    look: (version) => void look(version),
    takeBack: (version) => void takeBack(version),
    choose(difference, choice) {
      const { conflict } = state;
      if (conflict !== null)
        set({ conflict: { ...conflict, choices: new Map(conflict.choices).set(difference, choice) } });
    },
    resolve() {
      if (state.conflict === null) return;
      const { theirs, choices } = state.conflict;
      startFrom(theirs, together(theirs.policy, choices));
      desk.say("The two are one draft now. Look at it, and save it.");
    },
  };

  return {
    keys: [{ key: "t", does: "try a text", run: () => document.querySelector<HTMLElement>("#try-text")?.focus() }],
    open: () => void read(),
    refresh: () => void read(),
    template: () => policyView({ ...state, isChanged: isChanged() }, actions, desk.now()),
    heard(heard: Heard) {
      if (heard.name === "policy" && state.base !== null && heard.data.version > state.base.version && !state.isBusy)
        void read();
    },
  };
}

function refusalIn(answer: Extract<Answer<unknown>, { ok: false }>): Partial<PolicyState> {
  const { problems, message } = answer.refusal;
  return problems === undefined ? { problem: message } : { problems, isSaving: false };
}

function parsedPolicy(text: string): PolicyDocument | null {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? { ...value, rules: Array.isArray(value.rules) ? value.rules : [] }
      : null;
  } catch {
    return null;
  }
}
