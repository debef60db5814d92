/** The form by which a moderator mutes or bans somebody: what, how long, why. */
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { PeopleActions, PeopleState } from "./state.ts";

const LENGTHS: readonly (readonly [minutes: number | null, label: string])[] = [
  [10, "10 minutes"],
  [60, "1 hour"],
  [1_440, "1 day"],
  [10_080, "1 week"],
  [43_200, "30 days"],
  [null, "for good"],
];

/** Draws the form. */
export function sanctionForm({ draft, isBusy }: PeopleState, actions: PeopleActions): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    actions.sanction();
  };
  const kind = (value: "mute" | "ban", label: string, means: string) => html`
    <label class="check"><input type="radio" name="kind" .checked=${live(draft.kind === value)} @change=${() => actions.draft({ kind: value })}>
      <span>${label} <span class="faint">${means}</span></span></label>
  `;
  return html`
    <form class="sanction" @submit=${submit}>
      <fieldset><legend>Mute or ban</legend>
        ${kind("mute", "Mute", "may read, not write")} ${kind("ban", "Ban", "may not enter")}
      </fieldset>
      <label><span>How long</span>
        <select @change=${({ target }: Event) => actions.draft({ minutes: LENGTHS[(target as HTMLSelectElement).selectedIndex]?.[0] ?? null })}>
          ${LENGTHS.map(([minutes, label]) => html`<option ?selected=${minutes === draft.minutes}>${label}</option>`)}
        </select></label>
      <label class="reason"><span>Reason <span class="faint">(the person sees it, too)</span></span>
        <input name="reason" maxlength="500" autocomplete="off" .value=${live(draft.reason)}
          @input=${({ target }: InputEvent) => actions.draft({ reason: (target as HTMLInputElement).value })}></label>
      <button type="submit" class=${draft.kind === "ban" ? "danger-fill" : ""} ?disabled=${isBusy}>${draft.kind === "mute" ? "Mute" : "Ban"}</button>
    </form>
  `;
}
