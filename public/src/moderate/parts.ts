/** Small pieces that several views show: badges, people, times, and texts with the hits in them marked. */
import { html, nothing, type TemplateResult } from "lit-html";
import { hue, who } from "../common/who.ts";
import { ago, exactTime } from "./time.ts";
import { addressOf } from "./views.ts";
import type { Span } from "./wire.ts";

type Part = TemplateResult | typeof nothing;

/** A word in its colour; colour alone says nothing here. */
export const badge = (word: string): TemplateResult => html`<span class="badge" data-is=${word}>${word}</span>`;

/** When something happened, as long ago, with the exact time for whoever asks. */
export const when = (at: string, now: number): TemplateResult =>
  html`<time datetime=${at} title=${exactTime(at)}>${ago(at, now)}</time>`;

/** The picture of a person: the first letter in the person's colour. */
export function avatar(author: string): TemplateResult {
  const { name, person } = who(author);
  const [first = "?"] = name;
  return html`<span class="avatar" aria-hidden="true" data-hue=${hue(person)}>${first.toLocaleUpperCase()}</span>`;
}

/** Name and person; the name of an id that holds none is the id. */
export function nameOf(author: string): TemplateResult {
  const { name, suffix } = who(author);
  const shown = html`<b class="author" dir="auto">${name || author}</b>`;
  return name === "" || suffix === "" ? shown : html`${shown} <span class="suffix">${suffix}</span>`;
}

/** The same, leading to what is known about the person. */
export const personLink = (author: string): TemplateResult =>
  html`<a class="person" href=${addressOf("people", who(author).person)}>${nameOf(author)}</a>`;

/** A text with the places marked that rules hit. */
export function marked(text: string, spans: readonly Span[]): Part[] {
  const pieces: Part[] = [];
  let end = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < end) continue;
    pieces.push(html`${text.slice(end, span.start)}<mark>${text.slice(span.start, span.end)}</mark>`);
    end = span.end;
  }
  return [...pieces, html`${text.slice(end)}`];
}

/** A result with its stars marked. */
export const starred = (text: string): Part[] =>
  marked(
    text,
    [...text.matchAll(/\*+/g)].map(({ 0: stars, index }) => ({ start: index, end: index + stars.length })),
  );

/** A sentence about what went wrong, read aloud once. */
export const problem = (sentence: string | null): Part =>
  sentence === null ? nothing : html`<p class="problem" role="alert">${sentence}</p>`;
