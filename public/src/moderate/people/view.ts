/** People as the desk shows them: the list at the left, one person at the right. */
import { html, nothing, type TemplateResult } from "lit-html";
import { who } from "../../common/who.ts";
import { avatar, badge, nameOf, problem, when } from "../parts.ts";
import { untilText } from "../time.ts";
import { addressOf } from "../views.ts";
import type { Deed, Person } from "./person.ts";
import { sanctionForm } from "./sanction-form.ts";
import type { PeopleActions, PeopleScene, PeopleState } from "./state.ts";

/** Draws the people view. */
export function peopleView(scene: PeopleScene): TemplateResult {
  const { state, actions, now } = scene;
  return html`
    <div class="people" ?data-person-open=${state.about !== ""}>
      <section class="list-pane" aria-label="Find people">
        ${finder(actions)} ${sanctionedList(state, now)} ${seenList(state)}
      </section>
      <section class="case-pane" aria-label="Person">
        ${state.about === "" ? html`<div class="empty"><p><b>Nobody is chosen.</b></p><p>Choose somebody from the list, or find a person by what stands after the name.</p></div>` : nothing}
        ${state.person === null ? problem(state.problem) : personView(state.person, scene)}
      </section>
    </div>
  `;
}

function finder(actions: PeopleActions): TemplateResult {
  const find = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem("person");
    if (field instanceof HTMLInputElement && field.value.trim() !== "") actions.find(field.value);
  };
  return html`
    <form class="finder" @submit=${find}>
      <label for="find-person">Person</label>
      <div><input id="find-person" name="person" placeholder="k3v9x2m4qa" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="120">
      <button type="submit" class="quiet">Find</button></div>
    </form>
  `;
}

function sanctionedList({ sanctioned, about }: PeopleState, now: number): TemplateResult {
  return html`
    <h2>Muted and banned</h2>
    ${sanctioned.length === 0 ? html`<p class="faint">Nobody.</p>` : nothing}
    <ul class="person-list">${sanctioned.map(
      ({ person, kind, until }) => html`
      <li><a href=${addressOf("people", person)} aria-current=${person === about ? "true" : nothing}>
        ${avatar(person)} <span class="suffix">${person}</span> ${badge(kind)}
        <span class="faint">${until === null ? "for good" : html`ends ${when(until, now)}`}</span></a></li>
    `,
    )}</ul>
  `;
}

function seenList({ seen, about }: PeopleState): TemplateResult {
  return html`
    <h2>Seen while this page is open</h2>
    ${seen.length === 0 ? html`<p class="faint">Nobody has written yet.</p>` : nothing}
    <ul class="person-list">${seen.map(
      (author) => html`
      <li><a href=${addressOf("people", who(author).person)} aria-current=${who(author).person === about ? "true" : nothing}>
        ${avatar(author)} ${nameOf(author)}</a></li>
    `,
    )}</ul>
  `;
}

function personView(person: Person, scene: PeopleScene): TemplateResult {
  const { state, actions, now } = scene;
  const [name = ""] = person.names;
  const author = name === "" ? person.person : `${name}.${person.person}`;
  return html`
    <article class="case" aria-labelledby="person-title">
      <header class="case-head">
        <a class="button quiet back" href="#people"><span aria-hidden="true">←</span><span class="unseen">Back to people</span></a>
        ${avatar(author)}
        <div class="case-who"><h2 id="person-title">${nameOf(author)}</h2>
        <p class="faint">${person.names.length > 1 ? `Also ${person.names.slice(1).join(", ")} · ` : nothing}${person.reports === 1 ? "one report" : `${person.reports} reports`}</p></div>
      </header>
      ${underSanction(person, scene)} ${sanctionForm(state, actions)} ${problem(state.problem)}
      <section class="facts">
        <h3>What was decided</h3>
        ${person.decisions.length === 0 ? html`<p class="faint">Nothing yet.</p>` : nothing}
        <ul class="deeds">${person.decisions.map((deed) => deedView(deed, now))}</ul>
      </section>
    </article>
  `;
}

function underSanction(
  { sanction }: Person,
  { state: { isBusy }, actions, now }: PeopleScene,
): TemplateResult | typeof nothing {
  if (sanction === null || sanction === undefined) return nothing;
  return html`
    <div class="decided">
      <p><b>${sanction.kind === "mute" ? "Muted" : "Banned"}</b> ${untilText(sanction.until)}, by ${sanction.by}, ${when(sanction.at, now)}${sanction.reason ? `: ${sanction.reason}` : nothing}</p>
      <button type="button" class="quiet" ?disabled=${isBusy} @click=${() => actions.lift()}>Lift</button>
    </div>
  `;
}

function deedView({ at, did, by, reason, room, rules = [] }: Deed, now: number): TemplateResult {
  const parts = [by === "policy" ? rules.join(", ") : by, room === undefined ? "" : `in ${room}`, reason].filter(
    Boolean,
  );
  return html`<li>${badge(did)} ${when(at, now)} <span class="faint">${parts.join(" · ")}</span></li>`;
}
