/** What comes before saving: what the draft would have done to the last messages, and why it is saved. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { badge, nameOf, when } from "../parts.ts";
import type { Backtest, PolicyScene } from "./state.ts";

const SHOWN = 100;

/** Draws what comes before saving. */
export function saveView({
  state: { backtest, isTesting, reason, isBusy, trial },
  actions,
  now,
}: PolicyScene): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    actions.save();
  };
  return html`
    <section class="card save" aria-label="Before you save">
      <h2>Before you save</h2>
      <div role="status">${isTesting ? html`<p>Testing on the last messages…</p>` : nothing}${backtest === null ? nothing : summary(backtest, trial.room)}</div>
      ${backtest === null ? nothing : lines(backtest, now)}
      <form @submit=${submit}>
        <label class="reason"><span>Why <span class="faint">(it stays in the history)</span></span><input name="reason" maxlength="500" autocomplete="off" .value=${live(reason)}
          @input=${({ target }: InputEvent) => actions.reason((target as HTMLInputElement).value)}></label>
        <div class="buttons">
          <button type="submit" ?disabled=${isBusy || isTesting}>Save for everybody</button>
          <button type="button" class="quiet" @click=${() => actions.saving(false)}>Not yet</button>
        </div>
      </form>
    </section>
  `;
}

function summary({ messages, changes, before, after }: Backtest, room: string): TemplateResult {
  if (messages === 0) return html`<p>Nothing was said in ${room} yet that it could be tested on.</p>`;
  const kinds = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const counted = kinds.filter((kind) => before[kind] !== after[kind]);
  return html`
    <p><b>${changes.length === 0 ? "Nothing changes" : changes.length === 1 ? "One line changes" : `${changes.length} lines change`}</b>
      of the last ${messages} ${messages === 1 ? "message" : "messages"} in ${room}.</p>
    <p class="counts">${counted.map((kind) => html`<span>${badge(kind)} ${before[kind] ?? 0} → <b>${after[kind] ?? 0}</b></span> `)}</p>
  `;
}

function lines({ changes }: Backtest, now: number): TemplateResult | typeof nothing {
  if (changes.length === 0) return nothing;
  return html`
    <ol class="backtest">${changes.slice(0, SHOWN).map(
      ({ at, room, author, text, before, after, result }) => html`
      <li><p>${badge(before)} <span aria-hidden="true">→</span><span class="unseen"> becomes </span> ${badge(after)} ${nameOf(author)} <span class="faint">in ${room} ${when(at, now)}</span></p>
        <p dir="auto">${text}</p>${after === "mask" && result !== text ? html`<p class="faint" dir="auto">${result}</p>` : nothing}</li>
    `,
    )}</ol>
    ${changes.length > SHOWN ? html`<p class="faint">and ${changes.length - SHOWN} more</p>` : nothing}
  `;
}
