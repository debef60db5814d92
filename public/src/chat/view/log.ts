/** The log: the messages of a room, and what is said above and below them. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { Look } from "../../common/who.ts";
import { KEPT_MESSAGES } from "../limits.ts";
import type { State } from "../state.ts";
import { itemsOf } from "./items.ts";
import { listenToKeys } from "./keys.ts";
import { createRows } from "./rows.ts";
import { createStickToEnd } from "./scroll.ts";
import { createStretch } from "./stretch.ts";

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
}

/** The log inside the page `root`. */
export function createLogView(root: ParentNode, { actions, language, now, hasDesk }: LogDeps): LogView {
  const log = need(root, "#log");
  const scroller = need(root, "#scroll");
  const frame = createFrame(root, language);
  const showRows = createRows(log, need(root, "#message-row", HTMLTemplateElement), language);
  let latest: { readonly state: State; readonly looks: ReadonlyMap<string, Look> } | null = null;
  const stick = createStickToEnd(scroller, log, () => {
    if (stick.isAtEnd()) actions.looked();
    draw();
  });
  const stretch = createStretch(stick.isAtEnd);

  listenToKeys(scroller, log);
  log.addEventListener("click", (event) => act(event, actions, language));
  frame.newest.addEventListener("click", () => {
    stick.toEnd();
    scroller.focus();
  });
  frame.earlier.addEventListener("click", () => {
    scroller.focus(); // the button may go
    const entries = latest?.state.entries ?? [];
    if (stretch.startOf(entries) === 0) return actions.loadEarlier();
    stretch.goBack(entries);
    stick.keepPlace(draw);
  });

  function draw(): void {
    if (latest === null) return;
    const { state, looks } = latest;
    const start = stretch.startOf(state.entries);
    const online = state.connection.name === "connected";
    showRows(itemsOf(state.entries.slice(start)), { looks, online, now: now(), hasDesk: hasDesk() });
    log.setAttribute("aria-busy", String(!state.joined));
    frame.render(state, { hasMoreRows: start > 0, isAtEnd: stick.isAtEnd() });
    stick.follow();
  }

  return {
    render(state, looks) {
      const grewAbove = latest?.state.earlier === "loading" && state.earlier !== "loading";
      latest = { state, looks };
      if (grewAbove) stretch.goToStart(state.entries);
      if (grewAbove) stick.keepPlace(draw);
      else draw();
    },
    isAtEnd: stick.isAtEnd,
    toEnd: stick.toEnd,
  };
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
