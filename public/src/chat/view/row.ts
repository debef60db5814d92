/** One message in the document. Everything that came from people goes in as text nodes. */

import { paintAvatar } from "../../common/avatar.ts";
import { copy, need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import { isLong } from "../../common/links.ts";
import type { Look } from "../../common/who.ts";
import { FOLDED_CHARS, FOLDED_LINES, SHOWN_CHARS } from "../limits.ts";
import type { Names } from "../mentions.ts";
import { isSettled, type Message } from "../message.ts";
import { fateText, fateWithDelay, nameOf } from "../wording.ts";
import { fillBody } from "./body.ts";
import { deedsFor } from "./menu.ts";

export interface RowProps {
  readonly message: Message;
  readonly follows: boolean;
  /** Is it the last of one's own? */
  readonly isLast: boolean;
  /** Does the address lead to it? */
  readonly isLinked: boolean;
  /** Who can be mentioned in it. */
  readonly names: Names;
  readonly look: Look;
  readonly online: boolean;
  /** Are there moderators to ask? */
  readonly hasDesk: boolean;
}

/** A new row for a message, from the template in the page. */
export function createRow(template: HTMLTemplateElement, props: RowProps, language: Language): HTMLElement {
  const row = copy(template);
  const { message } = props;
  row.dataset.key = message.key;
  const isRemoved = message.fate.name === "removed";
  const shown = isRemoved ? language.say("tombstone") : message.text.slice(0, SHOWN_CHARS);
  const spans = message.fate.name === "starred" ? message.fate.spans : 0;
  fillBody(need(row, ".text"), { text: shown, spans, names: props.names }, language);
  if (isLong(shown, FOLDED_CHARS, FOLDED_LINES)) {
    row.classList.add("folded");
    need(row, ".unfold").hidden = false;
  }
  updateRow(row, props, language);
  return row;
}

/** Makes a row say what became of its message. The text of a message never changes but by being starred. */
export function updateRow(row: HTMLElement, props: RowProps, language: Language): void {
  const { message, follows, look } = props;
  row.classList.toggle("own", message.own);
  row.classList.toggle("follows", follows);
  row.ariaCurrent = props.isLinked ? "location" : null;
  row.dataset.hue = String(look.hue);
  const called = nameOf(message.author, language);
  paintAvatar(need(row, ".avatar"), called, look.hue);
  const author = message.own ? language.say("you") : called;
  const name = need(row, ".author");
  setText(name, author);
  name.title = `${called} ${message.author.suffix}`;
  setText(need(row, ".suffix"), look.lookalike && !message.own ? message.author.suffix : "");
  updateTime(need(row, "time", HTMLTimeElement), message.time, language);
  const fate = updateFate(row, props, language);
  row.ariaLabel = [author, language.clock(message.time), fate].filter((part) => part !== "").join(", ");
}

function updateTime(stamp: HTMLTimeElement, time: number, language: Language): void {
  setText(stamp, language.clock(time));
  stamp.dateTime = new Date(time).toISOString();
  stamp.title = language.fullTime(time);
}

/** Reasons after which the same message may be taken later. */
const FOR_NOW = ["too-fast", "slow-mode", "muted", "room-locked"];

/** Shows the fate and what can be done about it; answers the fate. */
function updateFate(row: HTMLElement, { message, isLast, online, hasDesk }: RowProps, language: Language): string {
  const { fate, own } = message;
  row.dataset.fate = fate.name;
  const text = own && fate.name !== "removed" ? fateText(fate, online, language) : "";
  const full = own && isSettled(message) ? fateWithDelay(fate, language) : text;
  setText(need(row, ".fate-text"), isLast || fate.name === "delivered" ? full : text);
  // Good news is told once, under the last message; under the others it is there on focus, and as a hint.
  row.classList.toggle("calm", own && !isLast && fate.name === "delivered");
  need(row, ".bubble").title = own && isSettled(message) ? told(message, full, language) : "";
  need(row, ".more").hidden = deedsFor(message, hasDesk).length === 0;
  const isRefused = fate.name === "refused";
  const isForNow = isRefused && FOR_NOW.includes(fate.reason.code);
  show(row, "retry", own && (fate.name === "failed" || fate.name === "unanswered" || isForNow));
  show(row, "edit", own && (fate.name === "failed" || isRefused));
  show(row, "discard", own && !isSettled(message) && !["sending", "unanswered", "held"].includes(fate.name));
  return text;
}

/** The outcome, with the moderator's own word where there is one. */
const told = ({ word }: Message, full: string, { because }: Language): string =>
  word === undefined ? full : `${full}. ${because(word)}`;

function show(row: HTMLElement, act: string, shown: boolean): void {
  need(row, `[data-act=${act}]`).hidden = !shown;
}
