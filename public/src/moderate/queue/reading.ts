/** What the queue reads: the list, page by page, and the rest of the case that somebody looks at. */
import type { Answer } from "../api.ts";
import type { Cell } from "../cell.ts";
import type { Desk } from "../desk.ts";
import type { Person } from "../people/person.ts";
import type { Case, CasePage } from "../wire.ts";
import { merged, neighbour, refreshed } from "./cases.ts";
import type { Details, QueueState } from "./state.ts";

export interface Reading {
  selected(): Case | undefined;
  /** Reads the newest page; what somebody looks at stays. */
  read(): Promise<void>;
  older(): Promise<void>;
  /** Looks at a case. */
  select(one: Case | undefined): void;
  move(step: number): void;
  /** Reads the rest of a case again. */
  look(one: Case): Promise<void>;
  /** Somebody decided: the case says so until the moderator goes on. */
  closed(change: Pick<Case, "id"> & Partial<Case>): void;
}

/** How long a selection rests before its case is read (ms), so that holding down `j` reads none on the way. */
const REST_MS = 120;

/** Makes what reads the queue. */
export function createReading(desk: Desk, cell: Cell<QueueState>): Reading {
  const { state, set } = cell;
  const list = createList(desk, cell);
  let cancelRest = (): void => {};

  const selected = (): Case | undefined => state().cases.find(({ id }) => id === state().selected);

  function select(one: Case | undefined): void {
    if (one?.id === state().selected && state().details !== null) return;
    set({ selected: one?.id ?? null, details: null, person: null, reason: "", problem: null });
    cancelRest();
    if (one === undefined) set({ isCaseOpen: false });
    else cancelRest = desk.after(REST_MS, () => void look(one));
  }

  async function look({ id, author, person }: Case): Promise<void> {
    const [details, record] = await Promise.all([
      desk.api.get<Details>(`cases/${encodeURIComponent(id)}`),
      desk.api.get<Person>(`people/${encodeURIComponent(person || author)}`),
    ]);
    if (state().selected !== id) return;
    set({ details: details.ok ? details.value : null, person: record.ok ? record.value : null });
    if (details.ok && details.value.case.state === "closed") closed(details.value.case);
  }

  function closed(change: Pick<Case, "id"> & Partial<Case>): void {
    const isShown = state().show === "closed" || change.id === state().selected;
    const known = (one: Case): Case[] => (isShown ? [{ ...one, ...change, state: "closed" }] : []);
    set({ cases: state().cases.flatMap((one) => (one.id === change.id ? known(one) : [one])) });
  }

  return {
    selected,
    older: list.older,
    look,
    select,
    closed,
    async read() {
      await list.newest();
      if (selected() === undefined) select(state().cases[0]);
    },
    move(step) {
      const from = selected();
      const next = neighbour(state().cases, state().selected, step);
      if (from?.state === "closed" && state().show === "open")
        set({ cases: state().cases.filter((one) => one !== from) });
      select(next);
      focusCase(next);
    },
  };
}

function createList(desk: Desk, { state, set }: Cell<QueueState>) {
  let reading = 0;
  const ask = (before?: string): Promise<Answer<CasePage>> => {
    const { show, kind } = state();
    return desk.api.get<CasePage>("cases", { state: show, kind: kind ?? undefined, before });
  };
  return {
    async newest(): Promise<void> {
      reading += 1;
      const mine = reading;
      const answer = await ask();
      if (mine !== reading) return;
      if (!answer.ok) return void set({ isLoading: false, problem: answer.refusal.message });
      const { cases: known, next, selected } = state();
      const cases = refreshed(known, answer.value, selected);
      set({ cases, next: known.length === 0 ? answer.value.next : next, isLoading: false, problem: null });
    },
    async older(): Promise<void> {
      const { next, isLoading } = state();
      if (next === null || isLoading) return;
      set({ isLoading: true });
      const answer = await ask(next);
      if (!answer.ok) return void set({ isLoading: false, problem: answer.refusal.message });
      const cases = merged(state().cases, answer.value.cases);
      set({ cases, next: answer.value.next, isLoading: false, problem: null });
    },
  };
}

/** The keyboard goes with the selection, so that a screen reader reads the case. */
function focusCase(one: Case | undefined): void {
  if (one === undefined) return;
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-case="${CSS.escape(one.id)}"]`);
    if (row instanceof HTMLElement) row.focus();
  });
}
