/** People: who was seen lately, who may not write, and everything about one of them. */
import { type Cell, createCell } from "../cell.ts";
import type { Desk, View } from "../desk.ts";
import type { Person } from "./person.ts";
import type { PeopleActions, PeopleState, SanctionDraft, Sanctioned } from "./state.ts";
import { peopleView } from "./view.ts";

const NO_DRAFT: SanctionDraft = { kind: "mute", minutes: 60, reason: "" };
const EMPTY: PeopleState = {
  about: "",
  person: null,
  seen: [],
  sanctioned: [],
  draft: NO_DRAFT,
  isBusy: false,
  problem: null,
};
/** Authors that the page remembers. */
const SEEN = 50;
const MINUTE_MS = 60_000;
const WRITTEN_MS = 500;
/** Somebody of whom nothing was written down can be muted all the same. */
const nobodyYet = (person: string): Person => ({ person, names: [], decisions: [], reports: 0 });

/** Makes the view. */
export function createPeople(desk: Desk): View {
  const cell = createCell(EMPTY, desk.changed);
  const { state, set } = cell;
  const { readSanctioned, readPerson, read } = createReading(desk, cell);
  const actions = actionsOf(desk, cell, read);
  return {
    keys: [
      { key: "/", does: "find somebody", run: () => document.querySelector<HTMLElement>("#find-person")?.focus() },
    ],
    open(about) {
      set({ about, person: null, draft: NO_DRAFT, problem: null });
      read();
    },
    refresh: read,
    template: () => peopleView({ state: state(), actions, now: desk.now() }),
    heard(heard) {
      if (heard.name === "decisions") {
        const authors = heard.data.map(({ author }) => author).toReversed();
        set({ seen: [...new Set([...authors, ...state().seen])].slice(0, SEEN) });
        // What was decided is written down a moment later.
        if (heard.data.some(({ person }) => person === state().about)) desk.after(WRITTEN_MS, () => void readPerson());
      }
      if (heard.name !== "sanction") return;
      void readSanctioned();
      if (heard.data.person === state().about) void readPerson();
    },
  };
}

function createReading(desk: Desk, { state, set }: Cell<PeopleState>) {
  async function readSanctioned(): Promise<void> {
    const answer = await desk.api.get<{ sanctions: readonly Sanctioned[] }>("people");
    if (answer.ok) set({ sanctioned: answer.value.sanctions });
  }
  async function readPerson(): Promise<void> {
    const { about } = state();
    if (about === "") return;
    const answer = await desk.api.get<Person>(`people/${encodeURIComponent(about)}`);
    if (state().about !== about) return;
    if (answer.ok) set({ person: answer.value, problem: null });
    else if (answer.refusal.code === "unknown-person") set({ person: nobodyYet(about), problem: null });
    else set({ problem: answer.refusal.message });
  }
  const read = (): void => {
    void readSanctioned();
    void readPerson();
  };
  return { readSanctioned, readPerson, read };
}

function actionsOf(desk: Desk, { state, set }: Cell<PeopleState>, read: () => void): PeopleActions {
  async function change(method: "PUT" | "DELETE", body: object, done: string): Promise<void> {
    set({ isBusy: true, problem: null });
    const answer = await desk.api.send(method, `people/${encodeURIComponent(state().about)}/sanction`, { body });
    set({ isBusy: false, problem: answer.ok ? null : answer.refusal.message });
    if (!answer.ok) return;
    set({ draft: NO_DRAFT });
    desk.say(done);
    read();
  }
  return {
    // A whole client id names a person, too: the part after its last dot.
    find: (text) => desk.go("people", text.trim().split(".").at(-1)),
    draft: (part) => set({ draft: { ...state().draft, ...part } }),
    sanction() {
      const { kind, minutes, reason } = state().draft;
      const until = minutes === null ? null : new Date(desk.now() + minutes * MINUTE_MS).toISOString();
      const done = kind === "mute" ? "Muted." : "Banned. Every tab of this person is closed.";
      void change("PUT", { kind, until, reason: reason.trim() }, done);
    },
    lift: () => void change("DELETE", { reason: state().draft.reason.trim() }, "Lifted."),
  };
}
