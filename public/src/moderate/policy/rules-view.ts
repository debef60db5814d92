/** The rules, each as a form: when, what then, where, and what the sender is told. */
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { badge } from "../parts.ts";
import { conditionsForm, inWords } from "./conditions-form.ts";
import type { PolicyDocument, Rule } from "./document.ts";
import type { PolicyScene } from "./state.ts";

const ACTIONS: readonly (readonly [action: string, means: string])[] = [
  ["mask", "mask: publish with stars"],
  ["block", "block: publish nothing, and say why"],
  ["hold", "hold: wait for a moderator"],
  ["flag", "flag: publish, and show to moderators"],
];

/** Draws the rules. */
export function rulesView({ state: { draft, problems }, actions }: PolicyScene): TemplateResult {
  const add = (): void => {
    const name = unusedName(draft);
    actions.edit({ ...draft, rules: [...draft.rules, { name, when: { words: [] }, action: "flag" }] });
  };
  return html`
    <p class="faint">When several rules apply to a message, the strictest action wins: block, hold, mask, flag.</p>
    ${draft.rules.map((rule, at) => {
      const isWrong = problems.some(({ path }) => path.startsWith(`rules[${at}]`));
      return ruleView(rule, { isWrong, lists: Object.keys(draft.lists ?? {}) }, (change) => {
        const rules = draft.rules.map((other, index) => (index === at ? change : other));
        actions.edit({ ...draft, rules: rules.filter((other) => other !== null) });
      });
    })}
    <button type="button" class="quiet" @click=${add}>Add a rule</button>
  `;
}

function ruleView(
  rule: Rule,
  { isWrong, lists }: { readonly isWrong: boolean; readonly lists: readonly string[] },
  set: (rule: Rule | null) => void,
): TemplateResult {
  const text = (event: Event): string => (event.target as HTMLInputElement).value;
  return html`
    <details class="card rule" ?data-wrong=${isWrong}>
      <summary><b>${rule.name || "(no name)"}</b> ${badge(rule.action)} <span class="faint">${inWords(rule)}</span></summary>
      <div class="fields">
        <label><span>Name</span><input .value=${live(rule.name)} maxlength="60" autocomplete="off" @input=${(event: Event) => set({ ...rule, name: text(event) })}></label>
        <label><span>Action</span><select @change=${(event: Event) => set({ ...rule, action: text(event) })}>
          ${ACTIONS.map(([action, means]) => html`<option value=${action} ?selected=${action === rule.action}>${means}</option>`)}</select></label>
        <label><span>Rooms <span class="faint">(with commas between; empty is all)</span></span><input .value=${live((rule.rooms ?? []).join(", "))} autocomplete="off" autocapitalize="none"
          @change=${(event: Event) => set(withOptional(rule, { rooms: wordsOf(text(event)) }))}></label>
        <label><span>What the sender is told <span class="faint">(empty is the usual sentence)</span></span><input .value=${live(rule.tell ?? "")} maxlength="300" autocomplete="off"
          @input=${(event: Event) => set(withOptional(rule, { tell: text(event) }))}></label>
      </div>
      ${conditionsForm(rule.when, lists, (when) => set({ ...rule, when }))}
      <button type="button" class="quiet danger" @click=${() => set(null)}>Remove rule</button>
    </details>
  `;
}

/** A rule with an optional part, which is left out when it is empty. */
function withOptional(rule: Rule, part: Partial<Pick<Rule, "rooms" | "tell">>): Rule {
  const filled = Object.entries({ ...rule, ...part }).filter(
    ([key, value]) => !(key in part && Object(value).length === 0),
  );
  return Object.fromEntries(filled) as unknown as Rule;
}

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function unusedName({ rules }: PolicyDocument): string {
  const taken = new Set(rules.map(({ name }) => name));
  for (let number = rules.length + 1; ; number += 1) if (!taken.has(`rule ${number}`)) return `rule ${number}`;
}
