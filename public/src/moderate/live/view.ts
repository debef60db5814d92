/** The live view as people see it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { badge, personLink, starred } from "../parts.ts";
import { clockTime, exactTime } from "../time.ts";
import type { Decision } from "../wire.ts";
import { type Filter, type LiveActions, type LiveState, passes } from "./state.ts";

/** Codes that say no more than the action. */
const IMPLIED = ["blocked", "held", "starred"];
const ACTIONS = ["publish", "mask", "flag", "hold", "block"];

/** Draws the live view. */
export function liveView({ decisions, held, filter }: LiveState, actions: LiveActions): TemplateResult {
  const shown = decisions.filter((decision) => passes(decision, filter));
  return html`
    <section class="page" aria-label="Decisions as they happen">
      <div class="filters">
        ${choose(["Room", "room"], [...new Set(decisions.map(({ room }) => room))], { filter, actions })}
        ${choose(["Rule", "rule"], [...new Set(decisions.flatMap(({ rules }) => rules))], { filter, actions })}
        ${choose(["Decision", "action"], ACTIONS, { filter, actions })}
        <button type="button" class="quiet apart" aria-pressed=${held !== null} @click=${() => actions.pause(held === null)}>
          ${held === null ? "Pause" : `Go on${held.length > 0 ? ` (${held.length} new)` : ""}`}</button>
      </div>
      <ol class="stream" aria-label="Decisions">${repeat(shown, ({ id }) => id, line)}</ol>
      ${
        shown.length > 0
          ? nothing
          : html`<div class="empty"><p class="empty-mark" aria-hidden="true">⁂</p>
        <p><b>${decisions.length === 0 ? "Quiet so far." : "Nothing that passes this filter."}</b></p>
        <p>Every message is shown here in the moment in which it is decided.</p></div>`
      }
    </section>
  `;
}

interface Choosing {
  readonly filter: Filter;
  readonly actions: LiveActions;
}

function choose(
  [label, name]: readonly [string, keyof Filter],
  values: readonly string[],
  { filter, actions }: Choosing,
): TemplateResult {
  const chosen = filter[name];
  const known = chosen === "" || values.includes(chosen) ? values : [...values, chosen];
  return html`
    <label class="choose"><span>${label}</span>
      <select @change=${({ target }: Event) => actions.filter({ [name]: (target as HTMLSelectElement).value })}>
        <option value="" ?selected=${chosen === ""}>all</option>
        ${[...known].sort().map((value) => html`<option value=${value} ?selected=${value === chosen}>${value}</option>`)}
      </select></label>
  `;
}

function line({ at, room, author, action, text, result, rules, code }: Decision): TemplateResult {
  const isChanged = action === "mask" && text !== result;
  return html`
    <li class="stream-row">
      <time datetime=${at} title=${exactTime(at)}>${clockTime(at)}</time>
      ${badge(action)}
      <span class="stream-who">${personLink(author)} <span class="faint">in ${room}</span></span>
      <span class="stream-text"><span dir="auto">${text}</span>${isChanged ? html` <span aria-hidden="true">→</span><span class="unseen"> shown as </span> <span dir="auto">${starred(result)}</span>` : nothing}</span>
      <span class="faint stream-rules">${[...rules, ...(code === undefined || IMPLIED.includes(code) ? [] : [code])].join(", ")}</span>
    </li>
  `;
}
