/** The whole policy as JSON, for what has no form. */
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { tidied } from "./document.ts";
import type { PolicyScene } from "./state.ts";

/** Draws the policy as JSON. */
export function jsonView({ state: { draft, json }, actions }: PolicyScene): TemplateResult {
  return html`
    <label class="json"><span>Policy</span>
      <textarea rows="28" spellcheck="false" autocapitalize="none" .value=${live(json ?? JSON.stringify(tidied(draft), null, 2))}
        @input=${({ target }: InputEvent) => actions.json((target as HTMLTextAreaElement).value)}></textarea></label>
  `;
}
