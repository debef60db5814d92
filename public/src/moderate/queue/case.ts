/** One case: original beside result, why, what was said around it, who said it, and what can be decided. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { avatar, badge, marked, nameOf, personLink, problem, starred, when } from "../parts.ts";
import { exactTime } from "../time.ts";
import { addressOf } from "../views.ts";
import type { Applied, Case, Report } from "../wire.ts";
import { outcomesOf } from "./cases.ts";
import { recordView } from "./record.ts";
import type { QueueScene, Said } from "./state.ts";

/** Draws a case. */
export function caseView(one: Case, scene: QueueScene): TemplateResult {
  const { state, actions, now } = scene;
  const { details, person } = state;
  const why = details?.rules ?? [];
  const spans = why.flatMap((applied) => applied.spans);
  return html`
    <article class="case" aria-labelledby="case-title">
      <header class="case-head">
        <button type="button" class="quiet back" @click=${actions.back}><span aria-hidden="true">←</span><span class="unseen">Back to the queue</span></button>
        ${avatar(one.author)}
        <div class="case-who">
          <h2 id="case-title" tabindex="-1">${personLink(one.author)}</h2>
          <p class="faint">${badge(one.outcome ?? one.kind)} in <b>${one.room}</b> · ${when(one.at, now)} · ${exactTime(one.at)}</p>
        </div>
      </header>
      ${one.state === "closed" ? decided(one, now) : nothing}
      <div class="texts">
        <section><h3>Written</h3><p class="quote" dir="auto">${marked(one.text, spans)}</p></section>
        <section><h3>${one.kind === "held" ? "Would be shown" : "Shown"}</h3><p class="quote" dir="auto">${starred(one.result)}</p></section>
      </div>
      ${one.state === "open" ? decision(one, scene) : nothing}
      ${reportsOf(one.reports ?? [], now)} ${whyView(one, why)}
      ${details === null ? nothing : contextView(one, details.context, now)}
      ${person === null ? nothing : recordView(person, now)}
    </article>
  `;
}

function decided(one: Case, now: number): TemplateResult {
  return html`
    <p class="decided" role="status">
      <b>${one.outcome ?? "Closed"}</b> by ${one.decidedBy ?? "somebody else"}
      ${one.decidedAt === undefined ? nothing : when(one.decidedAt, now)}${one.reason ? `: ${one.reason}` : nothing}
    </p>
  `;
}

function decision(one: Case, { state, actions }: QueueScene): TemplateResult {
  const button = ([label, key]: readonly [string, string], kind: string, run: () => void) => html`
    <button type="button" class=${kind} ?disabled=${state.isDeciding} @click=${run}>${label} <kbd aria-hidden="true">${key}</kbd></button>
  `;
  const buttons = outcomesOf(one.kind).includes("approved")
    ? [
        button(["Approve", "a"], "primary", () => actions.decide("approved")),
        button(["Deny", "d"], "quiet danger", () => actions.decide("denied")),
      ]
    : [
        button(["Dismiss", "d"], "primary", () => actions.decide("dismissed")),
        button(["Remove", "r"], "quiet danger", () => actions.decide("removed")),
      ];
  return html`
    <div class="decision">
      <div class="buttons">${buttons} ${button(["Mute 1 h", "m"], "quiet", actions.mute)}</div>
      <label class="reason"><span>Reason <span class="faint">(optional; it stays in the audit)</span></span>
        <input maxlength="500" autocomplete="off" .value=${live(state.reason)}
          @input=${({ target }: InputEvent) => actions.reason((target as HTMLInputElement).value)}></label>
      ${problem(state.problem)}
    </div>
  `;
}

function reportsOf(reports: readonly Report[], now: number): TemplateResult | typeof nothing {
  if (reports.length === 0) return nothing;
  return html`
    <section class="facts">
      <h3>${reports.length === 1 ? "One report" : `${reports.length} reports`}</h3>
      <ul>${reports.map(
        ({ person, reason, at }) => html`
        <li><span dir="auto">${reason || "no reason given"}</span>
          <span class="faint">from <a href=${addressOf("people", person)}>${person}</a> ${when(at, now)}</span></li>
      `,
      )}</ul>
    </section>
  `;
}

function whyView({ rules, text }: Case, why: readonly Applied[]): TemplateResult {
  const known = why.length > 0 ? why : rules.map((name): Applied => ({ name, action: "", spans: [] }));
  return html`
    <section class="facts">
      <h3>Why</h3>
      ${known.length === 0 ? html`<p class="faint">No rule asked for this.</p>` : nothing}
      <ul>${known.map(
        ({ name, action, why: because, spans }) => html`
        <li><b>${name}</b> ${action === "" ? nothing : badge(action)} ${because ?? nothing}
          ${spans.map(
            ({ start, end, word, undone = [] }) => html`
            <span class="hit"><q dir="auto">${text.slice(start, end)}</q>
              ${word === undefined ? nothing : html`hits the entry <code>${word}</code>`}${undone.length > 0 ? html`; undone: ${undone.join(", ")}` : nothing}</span>
          `,
          )}</li>
      `,
      )}</ul>
    </section>
  `;
}

function contextView(one: Case, context: readonly Said[], now: number): TemplateResult | typeof nothing {
  if (context.length === 0) return nothing;
  return html`
    <section class="facts">
      <h3>Around it in ${one.room}</h3>
      <ol class="context">${context.map(
        ({ author, text, at }) => html`
        <li>${nameOf(author)} <span class="faint">${when(at, now)}</span><span class="said" dir="auto">${text}</span></li>
      `,
      )}</ol>
    </section>
  `;
}
