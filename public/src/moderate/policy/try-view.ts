/** The try box: what the draft would do to a text, and why. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { badge, marked, starred } from "../parts.ts";
import type { PolicyScene, Tried } from "./state.ts";

/** Draws the try box. */
export function tryView({ state: { trial, tried }, actions }: PolicyScene): TemplateResult {
  return html`
    <section class="card" aria-label="Try it">
      <h2>Try it</h2>
      <label><span>A text</span><textarea id="try-text" rows="2" dir="auto" placeholder="I like P.0.T.A.T.0" .value=${live(trial.text)}
        @input=${({ target }: InputEvent) => actions.trial({ text: (target as HTMLTextAreaElement).value })}></textarea></label>
      <label><span>in the room</span><input autocomplete="off" autocapitalize="none" .value=${live(trial.room)}
        @input=${({ target }: InputEvent) => actions.trial({ room: (target as HTMLInputElement).value })}></label>
      <div role="status">${tried === null ? nothing : outcome(trial.text, tried)}</div>
    </section>
  `;
}

function outcome(text: string, { action, text: result, rules }: Tried): TemplateResult {
  return html`
    <p>${badge(action)} ${action === "publish" ? "It would be published as it is." : nothing}</p>
    ${
      rules.length === 0
        ? nothing
        : html`<p class="quote" dir="auto">${marked(
            text,
            rules.flatMap(({ spans }) => spans),
          )}</p>`
    }
    ${result === text || action === "block" ? nothing : html`<p class="quote" dir="auto">${starred(result)}</p>`}
    <ul class="hits">${rules.map(
      ({ name, action: does, why, spans }) => html`
      <li><b>${name}</b> ${badge(does)} ${why ?? nothing}
        ${spans.map(
          ({ start, end, word, undone = [] }) => html`<span class="hit"><q dir="auto">${text.slice(start, end)}</q>
          ${word === undefined ? nothing : html`hits <code>${word}</code>`}${undone.length > 0 ? html`; undone: ${undone.join(", ")}` : nothing}</span>`,
        )}</li>
    `,
    )}</ul>
  `;
}
