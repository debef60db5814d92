/** The queue: what waits for a moderator, the case that is looked at, and what is decided about it. */
import { createCell } from "../cell.ts";
import type { Desk, View } from "../desk.ts";
import type { Heard } from "../feed/feed.ts";
import type { Key } from "../keys.ts";
import type { Outcome } from "../wire.ts";
import { outcomesOf } from "./cases.ts";
import { createDeciding, type Deciding } from "./deciding.ts";
import { createReading, type Reading } from "./reading.ts";
import type { QueueActions, QueueState } from "./state.ts";
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
/** A case may open or close many times a second; the list is read again once. */
const SETTLE_MS = 300;
/** The list is read again this often whatever the feed says: an event that was never published must not hide a case. */
const REREAD_MS = 60_000;

/** Makes the view. */
export function createQueue(desk: Desk): View {
  const cell = createCell(EMPTY, desk.changed);
  const { state, set } = cell;
  const reading = createReading(desk, cell);
  const deciding = createDeciding(desk, cell, reading);
  const actions: QueueActions = {
    show(show, kind) {
      set({ ...EMPTY, show, kind });
      void reading.read();
    },
    select(id) {
      reading.select(state().cases.find((one) => one.id === id));
      set({ isCaseOpen: true });
    },
    back: () => set({ isCaseOpen: false }),
    older: () => void reading.older(),
    reason: (reason) => set({ reason }),
    decide: (outcome) => void deciding.decide(outcome),
    mute: () => void deciding.mute(),
  };
  let _cancelSettle: (() => void) | null = null;
  const settle = (): void => {
    _cancelSettle ??= desk.after(SETTLE_MS, () => {
      _cancelSettle = null;
      void reading.read();
    });
  };
  const readAgain = (): void => {
    desk.after(REREAD_MS, () => void reading.read().finally(readAgain));
  };
  readAgain();
  return {
    keys: keysOf(reading, deciding),
    open: () => void reading.read(),
    refresh: () => void reading.read(),
    template: () => queueView({ state: state(), actions, now: desk.now() }),
    badge() {
      const { show, cases, next } = state();
      const { length } = show === "open" ? cases.filter((one) => one.state === "open") : [];
      return length === 0 ? "" : `${length}${next === null ? "" : "+"}`;
    },
    heard(heard: Heard) {
      if (heard.name === "case" && heard.data.state === "closed") reading.closed(heard.data);
      if (heard.name === "case") settle();
      if (heard.name === "decisions" && heard.data.some(({ action }) => action === "hold" || action === "flag"))
        settle();
    },
  };
}

function keysOf(reading: Reading, deciding: Deciding): Key[] {
  const decide =
    (...outcomes: Outcome[]) =>
    () => {
      const possible = outcomesOf(reading.selected()?.kind ?? "held");
      const outcome = outcomes.find((each) => possible.includes(each));
      if (outcome !== undefined) void deciding.decide(outcome);
    };
  return [
    { key: "j", does: "next", run: () => reading.move(1) },
    { key: "k", does: "back", run: () => reading.move(-1) },
    { key: "a", does: "approve", run: decide("approved") },
    { key: "d", does: "deny or dismiss", run: decide("denied", "dismissed") },
    { key: "r", does: "remove", run: decide("removed") },
    { key: "m", does: "mute for 1 h", run: () => void deciding.mute() },
  ];
}
