/** The policy as people see it: the draft at the left, what it does at the right, and what comes before saving. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { PolicyProblem } from "../api.ts";
import { problem, when } from "../parts.ts";
import { changesBetween, inWords } from "./changes.ts";
import { conflictView } from "./conflict-view.ts";
import { tidied } from "./document.ts";
import { historyView } from "./history-view.ts";
import { jsonView } from "./json-view.ts";
import { listsView } from "./lists-view.ts";
import { roomsView } from "./rooms-view.ts";
import { rulesView } from "./rules-view.ts";
import { saveView } from "./save-view.ts";
import { type PolicyActions, type PolicyScene, TABS, type Tab } from "./state.ts";
import { tryView } from "./try-view.ts";

const LABELS: Readonly<Record<Tab, string>> = {
  words: "Words",
  rules: "Rules",
  rooms: "Rooms",
  json: "As JSON",
  history: "History",
};
const BODIES: Readonly<Record<Tab, (scene: PolicyScene) => TemplateResult>> = {
  words: listsView,
  rules: rulesView,
  rooms: roomsView,
  json: jsonView,
  history: historyView,
};

/** Draws the policy view. */
export function policyView(scene: PolicyScene): TemplateResult {
  const { state, actions, now } = scene;
  if (state.base === null) return html`<p class="empty">${state.problem ?? "Loading…"}</p>`;
  if (state.conflict !== null) return conflictView(state.conflict, actions, now);
  return html`
    <div class="policy">
      <section class="editor" aria-label="Policy">
        ${head(scene)} ${tabs(state.tab, actions)}
        <div class="tab-body">${BODIES[state.tab](scene)}</div>
      </section>
      <aside class="proving">
        ${problemsView(state.problems)} ${problem(state.problem)}
        ${state.isSaving ? saveView(scene) : nothing}
        ${tryView(scene)}
      </aside>
    </div>
  `;
}

function head({ state, actions, now }: PolicyScene): TemplateResult {
  const { base, isChanged, problems } = state;
  const changes = isChanged && base !== null ? changesBetween(base.policy, tidied(state.draft)) : [];
  return html`
    <header class="policy-head">
      <p class="faint">${base?.version === 0 ? "Version 0, as it was deployed" : html`Version ${base?.version}, saved by ${base?.savedBy} ${when(base?.savedAt ?? "", now)}`}</p>
      <p class="changes">${changes.length === 0 ? "No changes" : changes.map((change) => html`<span class="change">${inWords(change)}</span> `)}</p>
      <div class="buttons">
        <button type="button" ?disabled=${changes.length === 0 || problems.length > 0} @click=${() => actions.saving(true)}>Save…</button>
        <button type="button" class="quiet" ?disabled=${!isChanged} @click=${actions.reset}>Throw away</button>
      </div>
    </header>
  `;
}

function tabs(current: Tab, actions: PolicyActions): TemplateResult {
  return html`
    <div class="tabs" role="group" aria-label="Parts of the policy">${TABS.map(
      (tab) => html`
      <button type="button" class="chip" aria-pressed=${tab === current} @click=${() => actions.tab(tab)}>${LABELS[tab]}</button>
    `,
    )}</div>
  `;
}

function problemsView(problems: readonly PolicyProblem[]): TemplateResult {
  return html`
    <div class="problems" role="status">${
      problems.length === 0
        ? nothing
        : html`
      <h2>${problems.length === 1 ? "One thing is not right yet" : `${problems.length} things are not right yet`}</h2>
      <ul>${problems.map(({ path, message }) => html`<li>${path === "" ? nothing : html`<code>${path}</code> `}${message}</li>`)}</ul>
    `
    }</div>
  `;
}
