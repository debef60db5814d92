/** The queue as people see it: filters and list at the left, the case at the right; on a phone one after the other. */
import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { repeat } from "lit-html/directives/repeat.js";
import { who } from "../../common/who.ts";
import { badge, problem, when } from "../parts.ts";
import type { Case, Kind } from "../wire.ts";
import { caseView } from "./case.ts";
import { KINDS, stretchesOf } from "./cases.ts";
import type { QueueScene, QueueState } from "./state.ts";

const MINUTE_MS = 60_000;

/** Draws the queue. */
export function queueView(scene: QueueScene): TemplateResult {
  const { state } = scene;
  const one = state.cases.find(({ id }) => id === state.selected);
  return html`
    <div class="queue" ?data-case-open=${state.isCaseOpen && one !== undefined}>
      <section class="list-pane" aria-label="Cases">
        ${filters(scene)}
        <div class="cases" id="cases">
          ${state.next === null ? nothing : olderButton(scene)}
          <div class="case-list" role="list" aria-busy=${state.isLoading}>${list(scene, one)}</div>
          ${state.cases.length === 0 ? emptiness(state) : nothing}
        </div>
      </section>
      <section class="case-pane" aria-label="Case">
        ${one === undefined ? nothing : caseView(one, scene)}
        ${one === undefined ? problem(state.problem) : nothing}
      </section>
    </div>
  `;
}

/** Of five thousand rows only those are drawn again that changed, and all of them once a minute. */
function list(scene: QueueScene, one: Case | undefined): unknown {
  const minute = Math.floor(scene.now / MINUTE_MS);
  const rows = (cases: readonly Case[]) =>
    repeat(
      cases,
      ({ id }) => id,
      (each) => guard([each, each === one, minute], () => row(each, each === one, scene)),
    );
  return repeat(
    stretchesOf(scene.state.cases),
    ([first]) => first.id,
    (cases) =>
      html`<div class="case-stretch" role="none">${guard([...cases, one !== undefined && cases.includes(one) && one, minute], () => rows(cases))}</div>`,
  );
}

function filters({ state: { show, kind }, actions }: QueueScene): TemplateResult {
  const choice = (label: string, value: Kind | null) => html`
    <button type="button" class="chip" aria-pressed=${kind === value} @click=${() => actions.show(show, value)}>${label}</button>
  `;
  return html`
    <div class="filters" role="group" aria-label="Which cases">
      ${choice("All", null)} ${KINDS.map((each) => choice(capital(each), each))}
      <button type="button" class="chip apart" aria-pressed=${show === "closed"}
        @click=${() => actions.show(show === "open" ? "closed" : "open", kind)}>Closed</button>
    </div>
  `;
}

const olderButton = ({ state: { isLoading }, actions }: QueueScene): TemplateResult => html`
  <button type="button" class="quiet older" ?disabled=${isLoading} @click=${actions.older}>Older cases</button>
`;

function row(one: Case, isSelected: boolean, { actions, now }: QueueScene): TemplateResult {
  const name = who(one.author).name || one.author;
  const label = one.outcome ?? one.kind;
  return html`
    <div class="case-row" role="listitem" ?data-closed=${one.state === "closed"}>
      <button type="button" data-case=${one.id} aria-current=${isSelected ? "true" : nothing}
        tabindex=${isSelected ? 0 : -1} @click=${() => actions.select(one.id)}>
        <span class="row-top">${badge(label)} <b dir="auto">${name}</b> <span class="faint">${one.room}</span> ${when(one.at, now)}</span>
        <span class="row-text" dir="auto">${one.text}</span>
      </button>
    </div>
  `;
}

function emptiness({ isLoading, show, problem: wrong }: QueueState): TemplateResult {
  if (isLoading) return html`<p class="empty">Loading…</p>`;
  if (wrong !== null) return html`<p class="empty">${wrong}</p>`;
  if (show === "closed") return html`<p class="empty">No case was closed yet.</p>`;
  return html`<div class="empty"><p class="empty-mark" aria-hidden="true">⁂</p><p><b>Nothing is waiting.</b></p>
    <p>Held, flagged, reported and appealed messages come here by themselves.</p></div>`;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
