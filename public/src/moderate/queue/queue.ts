/** The queue: what waits for a moderator, the case that is looked at, and what is decided about it. */

import type { Answer, Refusal } from "../api.ts";
import type { Desk, View } from "../desk.ts";
import type { Heard } from "../feed/feed.ts";
import type { Key } from "../keys.ts";
import type { Person } from "../people/person.ts";
import type { Case, CasePage, Outcome } from "../wire.ts";
import { merged, neighbour, refreshed, successor } from "./cases.ts";
import type { Details, QueueActions, QueueState } from "./state.ts";
import { queueView } from "./view.ts";

const EMPTY: QueueState = {
  show: "open",
  kind: null,
  cases: [],
  next: null,
  isLoading: true,
  selected: null,
  isCaseOpen: false,
  details: null,
  person: null,
  reason: "",
  isDeciding: false,
  problem: null,
};
/** A moderator who holds down `j` asks for the case where the key comes to rest. */
const REST_MS = 120;
/** A case may open or close many times a second; the list is read again once. */
const SETTLE_MS = 300;
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

/** Makes the view. */
export function createQueue(desk: Desk): View {
  let state = EMPTY;
  let reading = 0;
  let cancelRest = (): void => {};
  let _cancelSettle: (() => void) | null = null;

  function set(change: Partial<QueueState>): void {
    state = { ...state, ...change };
    desk.changed();
  }

  const selected = (): Case | undefined => state.cases.find(({ id }) => id === state.selected);
  const ask = (before?: string): Promise<Answer<CasePage>> =>
    desk.api.get<CasePage>("cases", { state: state.show, kind: state.kind ?? undefined, before });

  /** Reads the newest page; what somebody looks at stays. */
  async function read(): Promise<void> {
    reading += 1;
    const mine = reading;
    const answer = await ask();
    if (mine !== reading) return;
    if (!answer.ok) return set({ isLoading: false, problem: answer.refusal.message });
    const cases = refreshed(state.cases, answer.value, state.selected);
    const next = state.cases.length === 0 ? answer.value.next : state.next;
    set({ cases, next, isLoading: false, problem: null });
    if (selected() === undefined) rest(cases[0]);
  }

  async function older(): Promise<void> {
    if (state.next === null || state.isLoading) return;
    set({ isLoading: true });
    const answer = await ask(state.next);
    if (!answer.ok) return set({ isLoading: false, problem: answer.refusal.message });
    set({ cases: merged(state.cases, answer.value.cases), next: answer.value.next, isLoading: false, problem: null });
  }

  /** Looks at a case, and asks for the rest of it once the selection rests there. */
  function rest(one: Case | undefined): void {
    if (one?.id === state.selected && state.details !== null) return;
    set({ selected: one?.id ?? null, details: null, person: null, reason: "", problem: null });
    cancelRest();
    if (one !== undefined) cancelRest = desk.after(REST_MS, () => void look(one));
    else set({ isCaseOpen: false });
  }

  async function look({ id, author, person }: Case): Promise<void> {
    const [details, record] = await Promise.all([
      desk.api.get<Details>(`cases/${encodeURIComponent(id)}`),
      desk.api.get<Person>(`people/${encodeURIComponent(person || author)}`),
    ]);
    if (state.selected !== id) return;
    set({ details: details.ok ? details.value : null, person: record.ok ? record.value : null });
    if (details.ok && details.value.case.state === "closed") closed(details.value.case);
  }

  /** Somebody decided: the case says so until the moderator goes on. */
  function closed(change: Pick<Case, "id"> & Partial<Case>): void {
    const isShown = state.show === "closed" || change.id === state.selected;
    const cases = state.cases.flatMap((one) =>
      one.id !== change.id ? [one] : isShown ? [{ ...one, ...change, state: "closed" as const }] : [],
    );
    set({ cases });
  }

  async function decide(outcome: Outcome): Promise<void> {
    const one = selected();
    if (one === undefined || one.state === "closed" || state.isDeciding) return;
    const { reason } = state;
    set({ isDeciding: true, problem: null });
    const answer = await sent(one, outcome, reason);
    set({ isDeciding: false });
    if (answer.ok) {
      leave(one);
      desk.say(`${PAST[outcome]}. ${waiting()}`);
    } else if (answer.refusal.code === "already-decided") {
      closed({ ...one, ...answer.refusal.case, state: "closed" } as Case);
      desk.say(alreadyDecided(answer.refusal));
    } else if (state.selected === one.id) set({ problem: answer.refusal.message });
  }

  function sent({ id }: Case, outcome: Outcome, reason: string): Promise<Answer<unknown>> {
    if (outcome === "removed") return desk.api.send("POST", "messages/remove", { case: id, reason });
    return desk.api.send("POST", `cases/${encodeURIComponent(id)}/${PATHS[outcome]}`, { reason });
  }

  /** Goes on to the next case; this one is done. */
  function leave(one: Case): void {
    const next = successor(state.cases, one.id);
    const cases = state.cases.filter(({ id }) => id !== one.id);
    const wasSelected = state.selected === one.id;
    set({ cases });
    if (wasSelected) rest(next);
  }

  const waiting = (): string => {
    const { length } = state.cases.filter((one) => one.state === "open");
    return length === 0 ? "Nothing else is waiting." : `${length} ${length === 1 ? "is" : "are"} waiting.`;
  };

  async function mute(): Promise<void> {
    const one = selected();
    if (one === undefined) return;
    const path = `people/${encodeURIComponent(one.person)}/sanction`;
    const until = new Date(desk.now() + HOUR_MS).toISOString();
    const reason = state.reason || `${one.kind} message in ${one.room}`;
    const answer = await desk.api.send("PUT", path, { kind: "mute", until, reason });
    if (!answer.ok) return set({ problem: answer.refusal.message });
    desk.say("Muted for an hour.", () => void lift(path));
    void look(one);
  }

  async function lift(path: string): Promise<void> {
    const answer = await desk.api.send("DELETE", path, { reason: "undone" });
    desk.say(answer.ok ? "The mute is lifted." : answer.refusal.message);
    const one = selected();
    if (one !== undefined) void look(one);
  }

  function move(step: number): void {
    const from = selected();
    const next = neighbour(state.cases, state.selected, step);
    if (from?.state === "closed" && state.show === "open") set({ cases: state.cases.filter((one) => one !== from) });
    rest(next);
    focusCase(next);
  }

  const actions: QueueActions = {
    show(show, kind) {
      set({ ...EMPTY, show, kind });
      void read();
    },
    select(id) {
      rest(state.cases.find((one) => one.id === id));
      set({ isCaseOpen: true });
    },
    back: () => set({ isCaseOpen: false }),
    older: () => void older(),
    reason: (reason) => set({ reason }),
    decide: (outcome) => void decide(outcome),
    mute: () => void mute(),
  };

  const decideAs = (held: Outcome | null, other: Outcome | null) => () => {
    const one = selected();
    const outcome = one?.kind === "held" ? held : other;
    if (one !== undefined && outcome !== null) void decide(outcome);
  };
  const keys: Key[] = [
    { key: "j", does: "next", run: () => move(1) },
    { key: "k", does: "back", run: () => move(-1) },
    { key: "a", does: "approve", run: decideAs("approved", null) },
    { key: "d", does: "deny or dismiss", run: decideAs("denied", "dismissed") },
    { key: "r", does: "remove", run: decideAs(null, "removed") },
    { key: "m", does: "mute for 1 h", run: () => void mute() },
  ];

  const settle = (): void => {
    _cancelSettle ??= desk.after(SETTLE_MS, () => {
      _cancelSettle = null;
      void read();
    });
  };

  return {
    keys,
    open: () => void read(),
    refresh: () => void read(),
    template: () => queueView(state, actions, desk.now()),
    badge() {
      if (state.show === "closed") return "";
      const { length } = state.cases.filter((one) => one.state === "open");
      return length === 0 ? "" : `${length}${state.next === null ? "" : "+"}`;
    },
    heard(heard: Heard) {
      if (heard.name === "case" && heard.data.state === "closed") closed(heard.data);
      if (heard.name === "case") settle();
      if (heard.name === "decisions" && heard.data.some(({ action }) => action === "hold" || action === "flag"))
        settle();
    },
  };
}

const alreadyDecided = ({ case: by }: Refusal): string =>
  `Already ${by?.outcome ?? "decided"} by ${by?.decidedBy ?? "somebody else"}.`;

/** The keyboard goes with the selection, so that a screen reader reads the case. */
function focusCase(one: Case | undefined): void {
  if (one === undefined) return;
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-case="${CSS.escape(one.id)}"]`);
    if (row instanceof HTMLElement) row.focus({ preventScroll: false });
  });
}
