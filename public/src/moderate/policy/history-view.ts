/** The versions of the policy: who saved each, when and why, what it changed, and the way back. */
import { html, nothing, type TemplateResult } from "lit-html";
import { when } from "../parts.ts";
import { changeView } from "./change-view.ts";
import { changesBetween } from "./changes.ts";
import type { PolicyVersion } from "./document.ts";
import type { PolicyScene } from "./state.ts";

/** Draws the versions. */
export function historyView(scene: PolicyScene): TemplateResult {
  const { state, actions } = scene;
  const { versions, base } = state;
  if (versions.length === 0)
    return html`<p class="empty">Nothing was saved yet; the policy is the one that was deployed.</p>`;
  const [newest] = versions;
  return html`
    ${newest === undefined ? nothing : html`<p><button type="button" class="quiet" @click=${() => actions.takeBack(newest.version - 1)}>Undo the last change</button></p>`}
    <ol class="versions">${versions.map((version) => versionView(version, version.version === base?.version, scene))}</ol>
  `;
}

function versionView(version: PolicyVersion, isInForce: boolean, { state, actions, now }: PolicyScene): TemplateResult {
  const { looked } = state;
  const number = version.version;
  const isLooked = looked?.version === number;
  return html`
    <li class="card">
      <p><b>Version ${number}</b> ${isInForce ? html`<span class="badge" data-is="publish">in force</span>` : nothing}
        <span class="faint">by</span> ${version.savedBy} ${when(version.savedAt, now)}</p>
      ${version.reason === "" ? nothing : html`<p>${version.reason}</p>`}
      <div class="buttons">
        <button type="button" class="quiet" aria-expanded=${isLooked} @click=${() => actions.look(number)}>What changed</button>
        ${isInForce ? nothing : html`<button type="button" class="quiet" @click=${() => actions.takeBack(number)}>Back to this</button>`}
      </div>
      ${isLooked && looked !== null ? html`<div class="looked">${changesBetween(looked.before, looked.policy).map(changeView)}</div>` : nothing}
    </li>
  `;
}
