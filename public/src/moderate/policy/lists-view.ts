/** The lists of words: one more word in a moment, and each list as lines. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { badge } from "../parts.ts";
import { type List, ownLists, type PolicyDocument, usedBy, withoutList, withWord } from "./document.ts";
import type { PolicyActions, PolicyScene } from "./state.ts";

/** Draws the lists. */
export function listsView(scene: PolicyScene): TemplateResult {
  const { draft } = scene.state;
  const { actions } = scene;
  return html`
    ${wordForm(draft, actions)}
    ${Object.entries(draft.lists ?? {}).map(([name, list]) => listView(name, list, scene))}
    ${newList(draft, actions)}
  `;
}

function wordForm(draft: PolicyDocument, actions: PolicyActions): TemplateResult {
  const lists = ownLists(draft);
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    const { word, list } = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    if (typeof word !== "string" || word.trim() === "") return;
    actions.edit(withWord(draft, word.trim(), typeof list === "string" && lists.includes(list) ? list : lists[0]));
    (event.currentTarget as HTMLFormElement).reset();
  };
  return html`
    <form class="word-form" @submit=${add}>
      <label class="grow"><span>Take a word into a list</span><input name="word" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="200" placeholder="potato, hot dog, spud*"></label>
      ${lists.length > 1 ? html`<label><span>List</span><select name="list">${lists.map((name) => html`<option>${name}</option>`)}</select></label>` : nothing}
      <button type="submit" class="quiet">Add</button>
    </form>
  `;
}

function listView(name: string, list: List, { state: { draft }, actions }: PolicyScene): TemplateResult {
  const setLines = ({ target }: InputEvent): void => {
    const lines = (target as HTMLTextAreaElement).value.split("\n");
    actions.edit({ ...draft, lists: { ...draft.lists, [name]: lines } });
  };
  const text = typeof list === "string" ? "" : list.join("\n");
  return html`
    <section class="card" aria-label=${`List ${name}`}>
      <header><h2>${name}</h2> <span class="faint">${typeof list === "string" ? `the file ${list}` : countOf(list)}</span>
        <button type="button" class="quiet danger" @click=${() => actions.edit(withoutList(draft, name))}>Remove list</button></header>
      ${
        typeof list === "string"
          ? html`<p class="faint">These words are deployed with the product. Words of your own go into a list beside it.</p>`
          : html`<textarea rows=${Math.min(12, Math.max(3, list.length + 1))} spellcheck="false" autocapitalize="none" dir="auto"
              aria-label=${`Entries of ${name}, one on each line`} .value=${live(text)} @input=${setLines}></textarea>`
      }
      ${uses(name, draft, actions)}
    </section>
  `;
}

function uses(list: string, draft: PolicyDocument, actions: PolicyActions): TemplateResult {
  return html`
    <fieldset class="uses"><legend>Rules that use it</legend>
      ${draft.rules.map((rule, at) =>
        rule.when?.words === undefined
          ? nothing
          : html`<label class="check"><input type="checkbox" .checked=${live(rule.when.words.includes(list))}
              @change=${({ target }: Event) => actions.edit(usedBy(draft, list, { at, isUsed: (target as HTMLInputElement).checked }))}> ${rule.name} ${badge(rule.action)}</label>`,
      )}
    </fieldset>
  `;
}

function newList(draft: PolicyDocument, actions: PolicyActions): TemplateResult {
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = String(new FormData(form).get("name") ?? "").trim();
    if (name === "" || draft.lists?.[name] !== undefined) return;
    actions.edit({ ...draft, lists: { ...draft.lists, [name]: [] } });
    form.reset();
  };
  return html`
    <form class="word-form" @submit=${add}>
      <label class="grow"><span>A new list</span><input name="name" autocomplete="off" maxlength="60"></label>
      <button type="submit" class="quiet">Add list</button>
    </form>
  `;
}

const countOf = (list: readonly string[]): string => {
  const { length } = list.filter((line) => line.trim() !== "");
  return length === 1 ? "one entry" : `${length} entries`;
};
