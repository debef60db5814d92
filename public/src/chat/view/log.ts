/** The log: keeps the rows of the document equal to the entries, touching only what changed. */
import { need, setText } from "../../common/dom.ts";
import type { Entry } from "../entries.ts";
import { JOIN_MESSAGES, KEPT_MESSAGES, ROWS } from "../limits.ts";
import { createStickToEnd } from "../scroll.ts";
import type { State } from "../state.ts";
import { dayName } from "../words.ts";
import { type Item, itemsOf } from "./items.ts";
import { createRow, type Look, type RowProps, updateRow } from "./row.ts";

export interface LogActions {
  retry(key: string): void;
  edit(key: string): void;
  discard(key: string): void;
  loadEarlier(): void;
  looked(): void;
}

export interface LogView {
  render(state: State, looks: ReadonlyMap<string, Look>): void;
  /** Is the reader at the end? */
  isAtEnd(): boolean;
  toEnd(): void;
}

interface Row {
  readonly element: HTMLElement;
  readonly text: string;
  signature: string;
}

const UNKNOWN: Look = { hue: 0, lookalike: false };

/** The log inside the page `root`. */
export function createLogView(root: ParentNode, actions: LogActions, now: () => number): LogView {
  const log = need(root, "#log");
  const scroller = need(root, "#scroll");
  const earlier = need(root, "#earlier", HTMLButtonElement);
  const empty = need(root, "#empty");
  const newest = need(root, "#newest");
  const template = need(root, "#message-row", HTMLTemplateElement);
  const rows = new Map<string, Row>();
  let latest: State | null = null;
  let looksNow: ReadonlyMap<string, Look> = new Map();
  // The first entry in the document while the reader is away from the end, so that nothing moves under their eyes.
  let firstShown: Entry | undefined;

  const stick = createStickToEnd(scroller, log, () => {
    if (stick.isAtEnd()) actions.looked();
    draw();
  });

  log.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const row = button?.closest("article");
    const key = row?.dataset.key;
    if (!button || !row || key === undefined) return;
    const act = button.dataset.act;
    if (act === "retry" || act === "edit" || act === "discard") actions[act](key);
    else unfold(row, button);
  });
  newest.addEventListener("click", () => {
    stick.toEnd();
    scroller.focus();
  });
  earlier.addEventListener("click", () => {
    scroller.focus(); // the button may go
    const start = startOf(latest?.entries ?? []);
    if (start === 0) return actions.loadEarlier();
    firstShown = latest?.entries[Math.max(0, start - JOIN_MESSAGES)];
    keepPlace(draw);
  });

  function startOf(entries: readonly Entry[]): number {
    const usual = Math.max(0, entries.length - ROWS);
    if (stick.isAtEnd() && firstShown === undefined) return usual;
    const first = firstShown;
    const index = first === undefined ? -1 : entries.findIndex(({ key }) => key === first.key);
    return index === -1 ? usual : Math.min(index, usual);
  }

  /** Runs a change that adds rows above, and leaves what the reader sees where it was. */
  function keepPlace(task: () => void): void {
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    task();
    if (!stick.isAtEnd()) scroller.scrollTop = scroller.scrollHeight - fromEnd;
  }

  function draw(): void {
    const state = latest;
    if (state === null) return;
    if (stick.isAtEnd()) firstShown = undefined;
    else firstShown ??= state.entries[startOf(state.entries)];
    const start = startOf(state.entries);
    const items = itemsOf(state.entries.slice(start));
    const online = state.connection.name === "connected";
    reconcile(items.map((item) => ({ key: item.key, element: elementOf(item, online) })));
    log.setAttribute("aria-busy", String(!state.joined));
    const isFull = state.entries.length >= KEPT_MESSAGES;
    earlier.hidden = start === 0 && (isFull || state.earlier === "none");
    earlier.disabled = state.earlier === "loading";
    empty.hidden = !state.joined || state.earlier !== "none" || state.entries.length > 0;
    const away = !stick.isAtEnd();
    newest.hidden = !away;
    setText(
      newest,
      state.unread === 0 ? "To the newest" : `${state.unread} new ${state.unread === 1 ? "message" : "messages"}`,
    );
    stick.follow();
  }

  function elementOf(item: Item, online: boolean): HTMLElement {
    if (item.kind !== "message") return lineOf(item);
    const look = looksNow.get(item.message.author.id) ?? UNKNOWN;
    const props: RowProps = { message: item.message, follows: item.follows, look, online };
    const signature = JSON.stringify([item.message.fate, item.message.time, item.follows, look, online]);
    const row = rows.get(item.key);
    // A starred text differs from what its author wrote: the row is made anew.
    if (row === undefined || row.text !== item.message.text) {
      const element = createRow(template, props);
      row?.element.replaceWith(element);
      rows.set(item.key, { element, text: item.message.text, signature });
      return element;
    }
    if (row.signature !== signature) {
      updateRow(row.element, props);
      row.signature = signature;
    }
    return row.element;
  }

  function lineOf(item: Exclude<Item, { kind: "message" }>): HTMLElement {
    const text =
      item.kind === "day"
        ? dayName(item.time, now())
        : "Messages may be missing here: the connection was gone for too long.";
    const row = rows.get(item.key);
    if (row !== undefined) {
      setText(row.element, text);
      return row.element;
    }
    const element = document.createElement("p");
    element.className = `line ${item.kind}`;
    element.textContent = text;
    rows.set(item.key, { element, text, signature: "" });
    return element;
  }

  function reconcile(wanted: readonly { key: string; element: HTMLElement }[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, { element }] of rows) {
      if (keys.has(key)) continue;
      element.remove();
      rows.delete(key);
    }
    let next = log.firstElementChild;
    for (const { element } of wanted) {
      if (element === next) next = next.nextElementSibling;
      else log.insertBefore(element, next);
    }
  }

  return {
    render(state, looks) {
      const grewAbove = latest?.earlier === "loading" && state.earlier !== "loading";
      latest = state;
      looksNow = looks;
      if (grewAbove) firstShown = state.entries[0];
      if (grewAbove) keepPlace(draw);
      else draw();
    },
    isAtEnd: stick.isAtEnd,
    toEnd: stick.toEnd,
  };
}

function unfold(row: Element, button: HTMLButtonElement): void {
  const folded = row.classList.toggle("folded");
  setText(button, folded ? "Show all" : "Show less");
}
