/** The rows of the document, kept equal to the items of the log; only what changed is touched. */
import { setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { Look } from "../../common/who.ts";
import { type Mention, mentionsIn, type Names } from "../mentions.ts";
import type { Message } from "../message.ts";
import type { Item } from "./items.ts";
import { createRow, type RowProps, updateRow } from "./row.ts";

/** What all rows depend on. */
export interface RowContext {
  readonly looks: ReadonlyMap<string, Look>;
  readonly online: boolean;
  readonly now: number;
  readonly hasDesk: boolean;
  /** Who can be mentioned. */
  readonly names: Names;
  /** The message that the address leads to. */
  readonly linked: string | null;
}

interface Row {
  readonly element: HTMLElement;
  readonly text: string;
  signature: string;
}

type MessageItem = Extract<Item, { kind: "message" }>;

/** What decides whether a row is made anew: its text and whom it mentions, or that the message was removed. */
function textOf({ text, fate }: Message, mentions: readonly Mention[]): string {
  if (fate.name === "removed") return "\n";
  return [text, ...mentions.map(({ start, end, isMe }) => `${start} ${end} ${isMe}`)].join("\n@");
}

const UNKNOWN: Look = { hue: 0, lookalike: false };

/** Answers the function that shows items in `log`. */
export function createRows(
  log: HTMLElement,
  template: HTMLTemplateElement,
  language: Language,
): (items: readonly Item[], context: RowContext) => void {
  const rows = new Map<string, Row>();

  function messageRow(item: MessageItem, isLast: boolean, context: RowContext): HTMLElement {
    const { looks, online, linked, names, hasDesk } = context;
    const { message, follows } = item;
    const mentions = mentionsIn(message.text, names);
    const text = textOf(message, mentions);
    const look = looks.get(message.author.id) ?? UNKNOWN;
    const isLinked = item.key === linked;
    const props: RowProps = { message, follows, isLast, isLinked, look, online, names, hasDesk };
    const { fate, time, own, copy, word } = message;
    const signature = JSON.stringify([fate, time, own, copy, word, follows, isLast, isLinked, look, online, hasDesk]);
    const row = rows.get(item.key);
    // A starred text differs from what its author wrote: the row is made anew.
    if (row === undefined || row.text !== text) {
      const element = createRow(template, props, language);
      row?.element.replaceWith(element);
      rows.set(item.key, { element, text, signature });
      return element;
    }
    if (row.signature !== signature) {
      updateRow(row.element, props, language);
      row.signature = signature;
    }
    return row.element;
  }

  function line(item: Exclude<Item, MessageItem>, now: number): HTMLElement {
    const text = item.kind === "day" ? language.day(item.time, now) : language.say("gap");
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

  function removeAllBut(keys: ReadonlySet<string>): void {
    for (const [key, { element }] of rows) {
      if (keys.has(key)) continue;
      element.remove();
      rows.delete(key);
    }
  }

  return (items, context) => {
    const last = items.findLast((item) => item.kind === "message" && item.message.own);
    const elements = items.map((item) =>
      item.kind === "message" ? messageRow(item, item === last, context) : line(item, context.now),
    );
    removeAllBut(new Set(items.map(({ key }) => key)));
    arrange(log, elements);
  };
}

/** Puts these elements into `log` in their order; those that stand right are not touched. */
function arrange(log: HTMLElement, elements: readonly HTMLElement[]): void {
  let next = log.firstElementChild;
  for (const element of elements) {
    if (element === next) next = next.nextElementSibling;
    else log.insertBefore(element, next);
  }
}
