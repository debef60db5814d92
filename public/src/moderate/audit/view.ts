/** The audit as a table; on a phone each entry is a card. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { badge, problem } from "../parts.ts";
import { exactTime, shortTime } from "../time.ts";
import { addressOf } from "../views.ts";
import type { AuditEntry } from "../wire.ts";
import { type AuditActions, type AuditState, isSought } from "./state.ts";

/** Draws the audit. */
export function auditView(state: AuditState, actions: AuditActions): TemplateResult {
  const shown = state.entries.filter((entry) => isSought(entry, state));
  return html`
    <section class="page" aria-label="Audit">
      <div class="filters">
        <label class="choose grow"><span>Search</span><input id="search-audit" type="search" autocomplete="off" .value=${live(state.search)}
          @input=${({ target }: InputEvent) => actions.search((target as HTMLInputElement).value)}></label>
        <label class="check"><input type="checkbox" .checked=${live(state.peopleOnly)}
          @change=${({ target }: Event) => actions.peopleOnly((target as HTMLInputElement).checked)}> What people did, not rules</label>
      </div>
      ${problem(state.problem)}
      <table class="audit" aria-busy=${state.isLoading}>
        <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">Did</th><th scope="col">To</th><th scope="col">Why</th></tr></thead>
        <tbody>${shown.map(row)}</tbody>
      </table>
      ${shown.length === 0 && !state.isLoading ? html`<p class="empty">Nothing that passes this filter.</p>` : nothing}
      ${state.next === null ? nothing : html`<button type="button" class="quiet older" ?disabled=${state.isLoading} @click=${actions.older}>Earlier</button>`}
    </section>
  `;
}

function row({ at, by, did, subject, reason, person, room, author, rules = [] }: AuditEntry): TemplateResult {
  const why = [rules.join(", "), reason].filter(Boolean).join(" · ");
  const about = person === undefined ? subject : html`<a href=${addressOf("people", person)}>${author ?? person}</a>`;
  return html`
    <tr>
      <td><time datetime=${at} title=${exactTime(at)}>${shortTime(at)}</time></td>
      <td class=${by === "policy" ? "faint" : ""}>${by}</td>
      <td>${badge(did)}</td>
      <td>${about}${room === undefined ? nothing : html` <span class="faint">in ${room}</span>`}</td>
      <td>${why}</td>
    </tr>
  `;
}
