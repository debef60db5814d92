/** One change of a policy: the entries that came and went, or the part before and after. */
import { html, nothing, type TemplateResult } from "lit-html";
import { type Change, entryChanges, inWords } from "./changes.ts";

/** Draws a change. */
export function changeView(change: Change): TemplateResult {
  const { before, after } = change;
  const { added, removed } = entryChanges(before ?? [], after ?? []);
  const isOfEntries = added.length + removed.length > 0;
  return html`
    <section class="diff"><h3>${inWords(change)}</h3>
      ${isOfEntries ? html`<p class="entries">${removed.map((entry) => html`<del>${entry}</del> `)}${added.map((entry) => html`<ins>${entry}</ins> `)}</p>` : nothing}
      ${isOfEntries ? nothing : html`${valueView(before, "del")}${valueView(after, "ins")}`}
    </section>
  `;
}

/** A part of a policy as text. */
export function valueView(value: unknown, as: "del" | "ins" | "plain"): TemplateResult | typeof nothing {
  if (value === undefined) return nothing;
  const text = JSON.stringify(value, null, 1).replace(/\s*\n\s*/g, " ");
  if (as === "plain") return html`<pre>${text}</pre>`;
  return as === "del" ? html`<pre><del>${text}</del></pre>` : html`<pre><ins>${text}</ins></pre>`;
}
