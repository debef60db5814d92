/** The menu of a message, by its button, by the right button, a long press, and by the keyboard. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import { isSettled, type Message } from "../message.ts";
import { nameOf } from "../wording.ts";
import { onLongPress, type Place } from "./long-press.ts";

const DEEDS = ["report", "hide", "appeal", "copy", "link", "remove"] as const;
type Deed = (typeof DEEDS)[number];

export interface MenuActions {
  /** Are there moderators to ask? */
  hasDesk(): boolean;
  /** The message of a row. */
  messageOf(key: string): Message | undefined;
  copy(message: Message): void;
  link(message: Message): void;
  report(message: Message, reason: string): void;
  hide(message: Message): void;
  appeal(message: Message): void;
  remove(message: Message): void;
}

/** What can be done with a message; without a desk that is what the browser does itself: hide people, copy, link. */
export function deedsFor(message: Message, hasDesk: boolean): Deed[] {
  const isLinkable = isSettled(message) && message.author.suffix !== "";
  const hasText = message.fate.name !== "removed";
  return [
    ...askable(message, hasDesk),
    ...(hasText ? (["copy"] as const) : []),
    ...(isLinkable ? (["link"] as const) : []),
  ];
}

/** What can be asked of the moderators, or done for oneself. */
function askable({ own, copy, fate, author }: Message, hasDesk: boolean): Deed[] {
  if (!own && (copy === undefined || fate.name === "removed" || author.person === "")) return [];
  if (!hasDesk) return own ? [] : ["hide"];
  if (!own) return ["report", "hide"];
  const isRefused = fate.name === "refused" && (fate.reason.code === "blocked" || fate.reason.code === "denied");
  const isAppealable = isRefused || fate.name === "starred" || fate.name === "removed";
  const isThere = copy !== undefined && fate.name !== "removed";
  return [...(isAppealable ? (["appeal"] as const) : []), ...(isThere ? (["remove"] as const) : [])];
}

/** Makes the menu of the log in the page `root`. */
export function createMenu(root: Document, actions: MenuActions, language: Language): void {
  const menu = need(root, "#message-menu");
  const log = need(root, "#log");
  const ask = createReportDialog(root, actions);
  let current: Message | null = null;
  let opener: HTMLElement | null = null;

  function open(row: HTMLElement, { x, y }: Place): boolean {
    const message = actions.messageOf(row.dataset.key ?? "");
    const deeds: readonly Deed[] = message === undefined ? [] : deedsFor(message, actions.hasDesk());
    if (message === undefined || deeds.length === 0) return false;
    current = message;
    opener = row.querySelector<HTMLElement>(".more");
    for (const deed of DEEDS) need(menu, `[data-do=${deed}]`).hidden = !deeds.includes(deed);
    setText(need(menu, "[data-do=hide]"), language.say("hidePerson", { name: nameOf(message.author, language) }));
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(x, root.documentElement.clientWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(y, root.documentElement.clientHeight - height - 8))}px`;
    itemsIn(menu)[0]?.focus();
    return true;
  }

  /** Closes it, and the keyboard goes on where it was opened. */
  function close(): void {
    menu.hidePopover();
    opener?.focus();
  }

  log.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>(".more") : null;
    const row = button?.closest<HTMLElement>("article");
    if (!button || !row) return;
    const { left, bottom } = button.getBoundingClientRect();
    open(row, { x: left, y: bottom + 4 });
  });
  // The menu key comes as this, too. Links and selected text keep the browser's own menu.
  log.addEventListener("contextmenu", (event) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("article") : null;
    const isOfBrowser = event.target instanceof Element && event.target.closest("a") !== null;
    if (row === null || isOfBrowser || root.getSelection()?.isCollapsed === false) return;
    const { left, top } = row.getBoundingClientRect();
    const place = event.clientX === 0 ? { x: left + 24, y: top + 24 } : { x: event.clientX, y: event.clientY };
    if (open(row, place)) event.preventDefault();
  });
  onLongPress(log, (target, place) => {
    const row = target.closest<HTMLElement>("article");
    return row !== null && target.closest("a, button") === null && open(row, place);
  });
  menu.addEventListener("click", ({ target }) => {
    const deed = target instanceof HTMLElement ? DEEDS.find((known) => known === target.dataset.do) : undefined;
    const message = current;
    close();
    if (deed === undefined || message === null) return;
    if (deed === "report") ask(message);
    else actions[deed](message);
  });
  menu.addEventListener("keydown", (event) => step(menu, event));
  menu.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  closeFromOutside(root, menu);
}

/**
 * A press beside the menu and a focus that goes elsewhere close it. A popover that sees to that by itself would close when the
 * finger is lifted whose long press opened it.
 */
function closeFromOutside(root: Document, menu: HTMLElement): void {
  const isInside = (target: EventTarget | null): boolean => target instanceof Node && menu.contains(target);
  root.addEventListener("pointerdown", ({ target }) => isInside(target) || menu.hidePopover());
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget !== null && !isInside(relatedTarget)) menu.hidePopover();
  });
}

const itemsIn = (menu: HTMLElement): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>("[role=menuitem]:not([hidden])"),
];

function step(menu: HTMLElement, event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const items = itemsIn(menu);
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + by + items.length) % items.length]?.focus();
  event.preventDefault();
}

/** Answers the function that asks why somebody reports a message. */
function createReportDialog(root: Document, { report }: MenuActions): (message: Message) => void {
  const dialog = need(root, "#report-dialog", HTMLDialogElement);
  const reason = need(root, "#report-reason", HTMLInputElement);
  let about: Message | null = null;
  need(root, "#report-cancel").addEventListener("click", () => dialog.close());
  need(root, "#report-form").addEventListener("submit", () => {
    if (about !== null) report(about, reason.value.trim());
  });
  return (message) => {
    about = message;
    reason.value = "";
    dialog.showModal();
  };
}
