/**
 * The rows of the document, made equal to the items of the log; only what changed is touched. One call works for a few
 * milliseconds: what is more is for the next frame.
 */
import { setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { Look } from "../../common/who.ts";
import { DRAW_MS } from "../limits.ts";
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
  /** What the row of a message shows. */
  props?: RowProps;
}

type MessageItem = Extract<Item, { kind: "message" }>;

/** What decides whether a row is made anew: its text and whom it mentions, or that the message was removed. */
function textOf({ text, fate }: Message, mentions: readonly Mention[]): string {
  if (fate.name === "removed") return "\n";
  return [text, ...mentions.map(({ start, end, isMe }) => `${start} ${end} ${isMe}`)].join("\n@");
}

/** Does a row look the same with either? Whom its message mentions is told by its text. */
function isSame(one: RowProps, other: RowProps): boolean {
  return (
    one.message === other.message &&
    one.follows === other.follows &&
    one.isLast === other.isLast &&
    one.isLinked === other.isLinked &&
    one.look.hue === other.look.hue &&
    one.look.lookalike === other.look.lookalike &&
    one.online === other.online &&
    one.hasDesk === other.hasDesk
  );
}

const UNKNOWN: Look = { hue: 0, lookalike: false };

export interface RowsDeps {
  readonly log: HTMLElement;
  readonly template: HTMLTemplateElement;
  readonly language: Language;
  /** A time (ms) that only goes forward. */
  readonly clock: () => number;
}

/** Answers the function that shows items in `log`, which answers whether all of them are shown now. */
export function createRows(deps: RowsDeps): (items: readonly Item[], context: RowContext) => boolean {
  const { log, template, language, clock } = deps;
  const rows = new Map<string, Row>();
  let hasTime = createTurn(clock);
  let isWhole = true;

  /** Undefined when there was no time to make it. */
  function messageRow(item: MessageItem, isLast: boolean, context: RowContext): HTMLElement | undefined {
    const { looks, online, linked, names, hasDesk } = context;
    const { message, follows } = item;
    const look = looks.get(message.author.id) ?? UNKNOWN;
    const isLinked = item.key === linked;
    const props: RowProps = { message, follows, isLast, isLinked, look, online, names, hasDesk };
    const row = rows.get(item.key);
    const before = row?.props;
    const isRead = before?.message === message && before.names === names;
    const text = isRead && row !== undefined ? row.text : textOf(message, mentionsIn(message.text, names));
    // A starred text differs from what its author wrote: the row is made anew.
    const isMade = row?.text === text;
    if (!isMade || before === undefined || !isSame(before, props)) {
      if (!hasTime()) {
        isWhole = false;
        return row?.element;
      }
      if (!isMade) {
        const element = createRow(template, props, language);
        row?.element.replaceWith(element);
        rows.set(item.key, { element, text, props });
        return element;
      }
      updateRow(row.element, props, language);
    }
    row.props = props;
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
    rows.set(item.key, { element, text });
    return element;
  }

  return (items, context) => {
    hasTime = createTurn(clock);
    isWhole = true;
    const own = items.findLast((item) => item.kind === "message" && item.message.own);
    const elements: (HTMLElement | undefined)[] = [];
    for (const index of orderOf(items, rows, context.linked)) {
      const item = items[index];
      if (item?.kind === "message") elements[index] = messageRow(item, item === own, context);
      else if (item !== undefined) elements[index] = line(item, context.now);
    }
    removeAllBut(new Set(items.map(({ key }) => key)), rows);
    const there = elements.filter((element) => element !== undefined);
    arrange(log, there);
    return isWhole;
  };
}

/**
 * The order of the work: from a message that is looked for, from the one above those that stand there already (the first of which
 * may lose its heading to it), or from the newest on to the end, and then back to the first.
 */
function orderOf(items: readonly Item[], rows: ReadonlyMap<string, Row>, linked: string | null): number[] {
  const wanted = items.findIndex(({ key }) => key === linked && !rows.has(key));
  const standing = items.findIndex(({ kind, key }) => kind === "message" && rows.has(key));
  const start = wanted >= 0 ? wanted : Math.max(0, (standing < 0 ? items.length : standing) - 1);
  const all = [...items.keys()];
  return [...all.slice(start), ...all.slice(0, start).reverse()];
}

/**
 * Answers whether there is time for one more thing in this frame: for the first two always, so that each frame gets further, and
 * the message below a new one loses its heading in the frame in which the new one comes.
 */
function createTurn(clock: () => number): () => boolean {
  const end = clock() + DRAW_MS;
  let things = 0;
  let isOver = false;
  return () => {
    isOver ||= things >= 2 && clock() >= end;
    things += 1;
    return !isOver;
  };
}

function removeAllBut(keys: ReadonlySet<string>, rows: Map<string, Row>): void {
  for (const [key, { element }] of rows) {
    if (keys.has(key)) continue;
    element.remove();
    rows.delete(key);
  }
}

/** Puts these elements into `log` in their order; those that stand right are not touched. */
function arrange(log: HTMLElement, elements: readonly HTMLElement[]): void {
  let next = log.firstElementChild;
  for (const element of elements) {
    if (element === next) next = next.nextElementSibling;
    else log.insertBefore(element, next);
  }
}
