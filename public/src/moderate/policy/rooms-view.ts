/** Rooms: slow mode and locks, and what follows for those who are blocked often. */
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { number } from "./conditions-form.ts";
import type { Room } from "./document.ts";
import type { PolicyScene } from "./state.ts";

/** Draws the rooms. */
export function roomsView({ state: { draft }, actions }: PolicyScene): TemplateResult {
  const { rooms = {}, escalation = [] } = draft;
  const set = (name: string, room: Room): void => actions.edit({ ...draft, rooms: { ...rooms, [name]: room } });
  const remove = (name: string): void => {
    const { [name]: _gone, ...rest } = rooms;
    actions.edit({ ...draft, rooms: rest });
  };
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = String(new FormData(form).get("name") ?? "").trim();
    if (name !== "" && rooms[name] === undefined) set(name, {});
    form.reset();
  };
  return html`
    ${Object.entries(rooms).map(
      ([name, room]) => html`
      <section class="card" aria-label=${`Room ${name}`}>
        <header><h2>${name === "*" ? "All rooms" : name}</h2>
          <button type="button" class="quiet danger" @click=${() => remove(name)}>Remove</button></header>
        <div class="condition-fields">
          ${number("Seconds between two messages of one person", room.slowModeSeconds, (slowModeSeconds) => set(name, { ...room, slowModeSeconds }))}
          <label class="check"><input type="checkbox" .checked=${live(room.locked === true)}
            @change=${({ target }: Event) => set(name, { ...room, locked: (target as HTMLInputElement).checked })}> Locked: nobody can write</label>
        </div>
      </section>
    `,
    )}
    <form class="word-form" @submit=${add}>
      <label class="grow"><span>A room with settings of its own</span><input name="name" autocomplete="off" autocapitalize="none" maxlength="40" placeholder="lobby"></label>
      <button type="submit" class="quiet">Add room</button>
    </form>
    <p class="faint">${escalation.length === 0 ? "Nobody is muted by a rule alone." : `${escalation.length} steps of escalation.`} Steps that mute whoever is blocked often are edited as JSON, under <code>escalation</code>.</p>
  `;
}
