/** A person's record in short: what the person is under, and what was decided before. */
import { html, nothing, type TemplateResult } from "lit-html";
import { badge, when } from "../parts.ts";
import type { Person } from "../people/person.ts";
import { untilText } from "../time.ts";
import { addressOf } from "../views.ts";

const LAST = 5;

/** Draws a record. */
export function recordView({ person, names, sanction, decisions, reports }: Person, now: number): TemplateResult {
  return html`
    <section class="facts">
      <h3>The person's record</h3>
      ${sanction === null || sanction === undefined ? nothing : html`<p>${badge(sanction.kind)} ${untilText(sanction.until)}, by ${sanction.by}${sanction.reason ? `: ${sanction.reason}` : ""}</p>`}
      ${names.length > 1 ? html`<p>Names used: ${names.join(", ")}</p>` : nothing}
      ${reports > 0 ? html`<p>${reports === 1 ? "One report" : `${reports} reports`}</p>` : nothing}
      ${decisions.length === 0 ? html`<p class="faint">Nothing was decided about this person before.</p>` : nothing}
      <ul>${decisions.slice(0, LAST).map(
        ({ at, did, by, reason, rules }) => html`
        <li>${badge(did)} ${when(at, now)} <span class="faint">${by === "policy" ? (rules ?? []).join(", ") : `${by}${reason ? `: ${reason}` : ""}`}</span></li>
      `,
      )}</ul>
      <p><a href=${addressOf("people", person)}>Everything about this person</a></p>
    </section>
  `;
}
