/** The log: the messages of a room, and what is said above and below them. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { Look } from "../../common/who.ts";
import { KEPT_MESSAGES } from "../limits.ts";
import { type Names, namesOf } from "../mentions.ts";
import type { State } from "../state.ts";
import { itemsOf } from "./items.ts";
import { listenToKeys } from "./keys.ts";
import { createRows } from "./rows.ts";
import { createStickToEnd, type StickToEnd } from "./scroll.ts";
import { createVisibleRows } from "./visible-rows.ts";

interface LogActions {
  retry(key: string): void;
  edit(key: string): void;
  discard(key: string): void;
  loadEarlier(): void;
  looked(): void;
}

export interface LogDeps {
  readonly actions: LogActions;
  readonly language: Language;
  readonly now: () => number;
  /** Are there moderators to ask? */
  readonly hasDesk: () => boolean;
}

export interface LogView {
  render(state: State, looks: ReadonlyMap<string, Look>): void;
  /** Is the reader at the end? */
  isAtEnd(): boolean;
  toEnd(): void;
  /** Brings a message into view, marked and with the focus; false when it is not in the log. */
  reveal(key: string): boolean;
}

/** The log inside the page `root`. */
export function createLogView(root: ParentNode, { actions, language, now, hasDesk }: LogDeps): LogView {
  const log = need(root, "#log");
  const scroller = need(root, "#scroll");
  const frame = createFrame(root, language);
  const showRows = createRows(log, need(root, "#message-row", HTMLTemplateElement), language);
  let latest: { readonly state: State; readonly looks: ReadonlyMap<string, Look> } | null = null;
  let linked: string | null = null;
  const stick = createStickToEnd(scroller, log, {
    moved() {
      if (stick.isAtEnd()) actions.looked();
      draw();
    },
    nearStart: lookBack,
  });
  const visible = createVisibleRows(stick.isAtEnd);

  listenToKeys(scroller, log);
  log.addEventListener("click", (event) => act(event, actions, language));
  frame.newest.addEventListener("click", () => goToEnd(scroller, stick));
  frame.earlier.addEventListener("click", lookBack);

  function lookBack(): void {
    if (frame.earlier.hidden || frame.earlier.disabled) return;
    // the button may go
    if (frame.earlier.matches(":focus")) scroller.focus({ preventScroll: true });
    const entries = latest?.state.entries ?? [];
    if (visible.startOf(entries) === 0) actions.loadEarlier();
    else {
      visible.goBack(entries);
      stick.keepPlace(draw);
    }
  }

  function draw(): void {
    if (latest === null) return;
    const { state, looks } = latest;
    const start = visible.startOf(state.entries);
    const all = { looks, now: now(), linked, hasDesk: hasDesk() };
    showRows(itemsOf(state.entries.slice(start)), { ...all, online: isOnline(state), names: namesHere(state) });
    log.setAttribute("aria-busy", String(!state.joined));
    frame.render(state, { hasMoreRows: start > 0, isAtEnd: stick.isAtEnd() });
    stick.follow();
  }

  return {
    render(state, looks) {
      const grewAbove = latest?.state.earlier === "loading" && state.earlier !== "loading";
      latest = { state, looks };
      if (grewAbove) visible.goToStart(state.entries);
      if (grewAbove) stick.keepPlace(draw);
      else draw();
    },
    isAtEnd: stick.isAtEnd,
    toEnd: stick.toEnd,
    reveal(key) {
      const entries = latest?.state.entries ?? [];
      if (!entries.some((entry) => entry.key === key)) return false;
      linked = key;
      stick.leaveEnd();
      visible.goTo(entries, key);
      draw();
      showLinked(log, stick);
      return true;
    },
  };
}

function goToEnd(scroller: HTMLElement, stick: StickToEnd): void {
  stick.toEnd();
  scroller.focus();
}

function showLinked(log: HTMLElement, stick: StickToEnd): void {
  const row = need(log, "[aria-current]");
  row.focus({ preventScroll: true });
  stick.show(row);
}

const isOnline = ({ connection }: State): boolean => connection.name === "connected";

/** Who is here, or has spoken. */
function namesHere({ people, entries, me }: State): Names {
  const authors = entries.flatMap((entry) => (entry.kind === "message" ? [entry.author] : []));
  return namesOf([...people.map(({ who }) => who), ...authors], me);
}

/** What stands around the rows: the way to earlier messages, the way to the newest, and a word when there is none. */
function createFrame(root: ParentNode, language: Language) {
  const earlier = need(root, "#earlier", HTMLButtonElement);
  const empty = need(root, "#empty");
  const newest = need(root, "#newest");
  return {
    earlier,
    newest,
    render(state: State, { hasMoreRows, isAtEnd }: { hasMoreRows: boolean; isAtEnd: boolean }): void {
      const isFull = state.entries.length >= KEPT_MESSAGES;
      earlier.hidden = !hasMoreRows && (isFull || state.earlier === "none");
      earlier.disabled = state.earlier === "loading";
      empty.hidden = !state.joined || state.earlier !== "none" || state.entries.length > 0;
      newest.hidden = isAtEnd;
      setText(newest, state.unread === 0 ? language.say("newest") : language.count("newMessages", state.unread));
    },
  };
}

/** Does what a button in a row says. */
function act({ target }: Event, actions: LogActions, language: Language): void {
  const button = target instanceof Element ? target.closest("button") : null;
  const row = button?.closest("article");
  const key = row?.dataset.key;
  if (!button || !row || key === undefined) return;
  const { act: name } = button.dataset;
  if (name === "retry" || name === "edit" || name === "discard") actions[name](key);
  else if (button.matches(".unfold")) unfold(row, button, language);
}

function unfold(row: Element, button: HTMLButtonElement, { say }: Language): void {
  const folded = row.classList.toggle("folded");
  setText(button, say(folded ? "showAll" : "showLess"));
}
