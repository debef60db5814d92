/** One message in the document. Everything that came from people goes in as text nodes. */

import { paintAvatar } from "../../common/avatar.ts";
import { copy, need, setText } from "../../common/dom.ts";
import { isLong, pieces } from "../../common/links.ts";
import { isSettled, type Message } from "../entries.ts";
import { FOLDED_CHARS, FOLDED_LINES, SHOWN_CHARS } from "../limits.ts";
import { clockTime, fateText, fullTime } from "../words.ts";

/** How an author looks in this crowd. */
export interface Look {
  readonly hue: number;
  readonly lookalike: boolean;
}

export interface RowProps {
  readonly message: Message;
  readonly follows: boolean;
  readonly look: Look;
  readonly online: boolean;
}

/** A new row for a message, from the template in the page. */
export function createRow(template: HTMLTemplateElement, props: RowProps): HTMLElement {
  const row = copy(template);
  const { message } = props;
  row.dataset.key = message.key;
  const text = need(row, ".text");
  const shown = message.text.slice(0, SHOWN_CHARS);
  for (const piece of pieces(shown)) text.append(piece.kind === "link" ? link(piece.text, piece.href) : piece.text);
  if (isLong(shown, FOLDED_CHARS, FOLDED_LINES)) {
    row.classList.add("folded");
    need(row, ".unfold").hidden = false;
  }
  updateRow(row, props);
  return row;
}

/** Makes a row say what became of its message. The text of a message never changes but by being starred. */
export function updateRow(row: HTMLElement, { message, follows, look, online }: RowProps): void {
  const { author, fate, own, time } = message;
  row.classList.toggle("own", own);
  row.classList.toggle("follows", follows);
  row.dataset.fate = fate.name;
  row.dataset.hue = String(look.hue);
  paintAvatar(need(row, ".avatar"), author, look.hue);
  const name = need(row, ".author");
  setText(name, own ? "You" : author.name);
  name.title = `${author.name} ${author.suffix}`;
  setText(need(row, ".suffix"), look.lookalike && !own ? author.suffix : "");
  const stamp = need(row, "time", HTMLTimeElement);
  setText(stamp, clockTime(time));
  stamp.dateTime = new Date(time).toISOString();
  stamp.title = fullTime(time);
  setText(need(row, ".fate-text"), own ? fateText(fate, online) : fate.name === "starred" ? "Starred" : "");
  show(row, "retry", own && (fate.name === "failed" || fate.name === "unanswered"));
  show(row, "edit", own && (fate.name === "failed" || fate.name === "refused"));
  show(row, "discard", own && !isSettled(message) && fate.name !== "sending" && fate.name !== "unanswered");
}

function show(row: HTMLElement, act: string, shown: boolean): void {
  need(row, `[data-act=${act}]`).hidden = !shown;
}

function link(text: string, href: string): HTMLAnchorElement {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.rel = "noopener nofollow";
  anchor.target = "_blank";
  anchor.textContent = text;
  return anchor;
}
