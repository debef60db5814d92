/** The log: the messages of a room, and what is said above and below them. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { Look } from "../../common/who.ts";
import { ofCrowd } from "../crowd.ts";
import { KEPT_MESSAGES } from "../limits.ts";
import { namesOf } from "../mentions.ts";
import type { State } from "../state.ts";
import { itemsOf } from "./items.ts";
import { listenToKeys } from "./keys.ts";
import { createRows } from "./rows.ts";
import { createStickToEnd, type StickToEnd } from "./scroll.ts";
import { createVisibleRows, type VisibleRows } from "./visible-rows.ts";

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
  /** A time (ms) that only goes forward. */
  readonly clock: () => number;
  /** Runs a task in the next frame. */
  readonly later: (task: () => void) => void;
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
export function createLogView(root: ParentNode, deps: LogDeps): LogView {
  const { actions, language } = deps;
  const log = need(root, "#log");
  const scroller = need(root, "#scroll");
  const frame = createFrame(root, language);
  const stick = createStickToEnd(scroller, log, {
    moved() {
      if (stick.isAtEnd()) actions.looked();
      drawing.draw();
    },
    nearStart() {
      if (!drawing.isUnfinished()) lookBack();
    },
  });
  const visible = createVisibleRows(stick.isAtEnd);
  const drawing = createDrawing(root, { ...deps, log, frame, stick, visible });

  listenToKeys(scroller, log);
  log.addEventListener("click", (event) => act(event, actions, language));
  frame.newest.addEventListener("click", () => goToEnd(scroller, stick));
  frame.earlier.addEventListener("click", lookBack);

  function lookBack(): void {
    if (frame.earlier.hidden || frame.earlier.disabled) return;
    // the button may go
    if (frame.earlier.matches(":focus")) scroller.focus({ preventScroll: true });
    const entries = drawing.entries();
    if (visible.startOf(entries) === 0) actions.loadEarlier();
    else {
      visible.goBack(entries);
      drawing.draw();
    }
  }

  return {
    render: drawing.show,
    isAtEnd: stick.isAtEnd,
    toEnd: stick.toEnd,
    reveal(key) {
      const entries = drawing.entries();
      if (!entries.some((entry) => entry.key === key)) return false;
      stick.leaveEnd();
      visible.goTo(entries, key);
      drawing.mark(key);
      showLinked(log, stick);
      return true;
    },
  };
}

interface DrawingDeps extends LogDeps {
  readonly log: HTMLElement;
  readonly frame: ReturnType<typeof createFrame>;
  readonly stick: StickToEnd;
  readonly visible: VisibleRows;
}

/** Draws the rows and what stands around them; what one frame has no time for, the next ones go on with. */
function createDrawing(
  root: ParentNode,
  { log, frame, stick, visible, language, now, clock, later, hasDesk }: DrawingDeps,
) {
  const template = need(root, "#message-row", HTMLTemplateElement);
  const showRows = createRows({ log, template, language, clock });
  const namesHere = ofCrowd(namesOf);
  let latest: { readonly state: State; readonly looks: ReadonlyMap<string, Look> } | null = null;
  let linked: string | null = null;
  let isUnfinished = false;
  let isPlanned = false;

  function drawFrame(): void {
    if (latest === null) return;
    const { state, looks } = latest;
    const start = visible.startOf(state.entries);
    const context = { looks, now: now(), linked, hasDesk: hasDesk(), online: isOnline(state), names: namesHere(state) };
    isUnfinished = !showRows(itemsOf(state.entries.slice(start)), context);
    log.setAttribute("aria-busy", String(!state.joined));
    frame.render(state, { hasMoreRows: start > 0, isAtEnd: stick.isAtEnd() });
    if (isUnfinished) goOn();
  }

  const draw = (): void => stick.keepPlace(drawFrame);

  function goOn(): void {
    if (isPlanned) return;
    isPlanned = true;
    later(() => {
      isPlanned = false;
      if (isUnfinished) draw();
    });
  }

  return {
    draw,
    isUnfinished: () => isUnfinished,
    entries: () => latest?.state.entries ?? [],
    show(state: State, looks: ReadonlyMap<string, Look>): void {
      const grewAbove = latest?.state.earlier === "loading" && state.earlier !== "loading";
      latest = { state, looks };
      if (grewAbove) visible.goToStart(state.entries);
      draw();
    },
    /** Marks the message that the address leads to; it is drawn first. */
    mark(key: string): void {
      linked = key;
      draw();
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
