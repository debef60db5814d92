/** Two moderators changed the policy at once: both versions side by side, and for each part which of them counts. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { when } from "../parts.ts";
import { valueView } from "./change-view.ts";
import { bothOf, type Choice, chosenValue, type Difference, entryChanges } from "./changes.ts";
import type { Conflict, PolicyActions } from "./state.ts";

/** Draws a conflict. */
export function conflictView({ theirs, choices }: Conflict, actions: PolicyActions, now: number): TemplateResult {
  const who = theirs.savedBy ?? "Somebody";
  return html`
    <section class="page conflict" aria-labelledby="conflict-title">
      <h2 id="conflict-title" role="alert">${who} saved version ${theirs.version} ${when(theirs.savedAt ?? "", now)}, while you were writing.</h2>
      <p>Nothing of yours is lost. Choose for each part what your draft goes on with; nothing is saved before you save it.</p>
      ${[...choices].map(([difference, choice], index) => differenceView(difference, { choice, who, name: `part-${index}` }, actions))}
      <div class="buttons"><button type="button" @click=${actions.resolve}>Go on with this</button></div>
    </section>
  `;
}

function differenceView(
  difference: Difference,
  { choice, who, name }: { readonly choice: Choice; readonly who: string; readonly name: string },
  actions: PolicyActions,
): TemplateResult {
  const side = (label: string, own: Choice) => {
    const value = chosenValue(difference, own);
    return html`
      <label class="side" ?data-chosen=${choice === own}>
        <span class="check"><input type="radio" name=${name} .checked=${live(choice === own)} @change=${() => actions.choose(difference, own)}> ${label}</span>
        ${value === undefined ? html`<span class="faint">not there</span>` : against(difference.base, value)}
      </label>
    `;
  };
  return html`
    <fieldset class="card"><legend>${difference.kind} ${difference.name} ${difference.isConflict ? html`<span class="badge" data-is="block">both changed it</span>` : nothing}</legend>
      <div class="sides">${side("Yours", "mine")} ${side(who, "theirs")}
        ${difference.isConflict && bothOf(difference) !== undefined ? side("Both together", "both") : nothing}</div>
    </fieldset>
  `;
}

/** A list as the entries that came and went; anything else as it is. */
function against(base: unknown, value: unknown): TemplateResult | typeof nothing {
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== "string")) return valueView(value, "plain");
  const { added, removed } = entryChanges(base ?? [], value);
  if (added.length + removed.length === 0) return html`<span class="faint">as it was</span>`;
  return html`<span class="entries">${removed.map((entry) => html`<del>${entry}</del> `)}${added.map((entry) => html`<ins>${entry}</ins> `)}</span>`;
}
