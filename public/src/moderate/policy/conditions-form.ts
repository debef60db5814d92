/** When a rule applies: each condition with a tick and its own fields. All that are ticked must hold. */
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Conditions, Rule } from "./document.ts";

type Set = (when: Conditions) => void;
type Name = "words" | "links" | "personal" | "flood" | "capitals";

const FRESH: { readonly [name in Name]: NonNullable<Conditions[name]> } = {
  words: [],
  links: {},
  personal: ["email", "phone", "card"],
  flood: { messages: 5, seconds: 5 },
  capitals: { share: 0.7, letters: 20 },
};
const LABELS: { readonly [name in Name]: string } = {
  words: "Words of lists",
  links: "Links",
  personal: "Personal data",
  flood: "Too many messages",
  capitals: "Capital letters",
};
const PERSONAL = [
  ["email", "e-mail addresses"],
  ["phone", "phone numbers"],
  ["card", "card numbers"],
] as const;

/** Draws the form. */
export function conditionsForm(when: Conditions, lists: readonly string[], set: Set): TemplateResult {
  const others = Object.entries(when).filter(([name]) => !(name in FRESH));
  return html`
    <fieldset class="conditions"><legend>Applies to</legend>
      ${condition("words", { when, set }, () => listTicks(when, lists, set))}
      ${condition("links", { when, set }, () => allowedField(when, set))}
      ${condition("personal", { when, set }, () => personalTicks(when, set))}
      ${condition("flood", { when, set }, () => floodFields(when, set))}
      ${condition("capitals", { when, set }, () => capitalFields(when, set))}
      ${others.length === 0 ? nothing : html`<p class="faint">And ${others.map(([name]) => name).join(", ")}, which is edited as JSON.</p>`}
    </fieldset>
  `;
}

/** A rule's conditions in a few words. */
export function inWords({ when, rooms }: Rule): string {
  const { words, links, personal, flood, capitals, service, ...others } = when;
  const parts = [
    words && `words of ${words.join(", ") || "no list"}`,
    links && (links.allow?.length ? `links but to ${links.allow.join(", ")}` : "links"),
    personal?.join(", "),
    flood && `${flood.messages} messages in ${flood.seconds} s`,
    capitals && `${Math.round(capitals.share * 100)} % capitals`,
    service && "what a service says",
    ...Object.keys(others),
  ];
  return `${parts.filter(Boolean).join(" and ") || "nothing yet"}${rooms === undefined ? "" : ` in ${rooms.join(", ")}`}`;
}

interface Conditioned {
  readonly when: Conditions;
  readonly set: Set;
}

function condition(name: Name, { when, set }: Conditioned, fields: () => TemplateResult): TemplateResult {
  const isOn = when[name] !== undefined;
  const toggle = (): void => {
    const { [name]: _gone, ...rest } = when;
    set(isOn ? rest : { ...when, [name]: FRESH[name] });
  };
  return html`
    <div class="condition">
      <label class="check"><input type="checkbox" .checked=${live(isOn)} @change=${toggle}> ${LABELS[name]}</label>
      ${isOn ? html`<div class="condition-fields">${fields()}</div>` : nothing}
    </div>
  `;
}

function listTicks(when: Conditions, lists: readonly string[], set: Set): TemplateResult {
  return ticks(
    lists.map((name) => [name, name]),
    when.words ?? [],
    (words) => set({ ...when, words }),
  );
}

function personalTicks(when: Conditions, set: Set): TemplateResult {
  const known = when.personal ?? [];
  const others = known
    .filter((name) => !PERSONAL.some(([usual]) => usual === name))
    .map((name) => [name, name] as const);
  return ticks([...PERSONAL, ...others], known, (personal) => set({ ...when, personal }));
}

function ticks(
  all: readonly (readonly [string, string])[],
  chosen: readonly string[],
  set: (chosen: string[]) => void,
): TemplateResult {
  const toggle = (name: string): void =>
    set(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return html`${all.map(
    ([name, label]) => html`
    <label class="check"><input type="checkbox" .checked=${live(chosen.includes(name))} @change=${() => toggle(name)}> ${label}</label>
  `,
  )}`;
}

function allowedField(when: Conditions, set: Set): TemplateResult {
  const change = ({ target }: Event): void => {
    const allow = (target as HTMLInputElement).value.split(/[\s,]+/).filter(Boolean);
    set({ ...when, links: allow.length === 0 ? {} : { allow } });
  };
  return html`<label><span>Let be <span class="faint">(domains, with commas between)</span></span>
    <input .value=${live((when.links?.allow ?? []).join(", "))} placeholder="example.com" autocomplete="off" autocapitalize="none" @change=${change}></label>`;
}

function floodFields(when: Conditions, set: Set): TemplateResult {
  const flood = when.flood ?? { messages: 5, seconds: 5 };
  const change = (part: Partial<typeof flood>) => set({ ...when, flood: { ...flood, ...part } });
  return html`
    ${number("Messages", flood.messages, (messages) => change({ messages }))}
    ${number("in seconds", flood.seconds, (seconds) => change({ seconds }))}
    ${number("or alike", flood.alike, (alike) => change({ alike }))}
  `;
}

function capitalFields(when: Conditions, set: Set): TemplateResult {
  const capitals = when.capitals ?? { share: 0.7, letters: 20 };
  const change = (part: Partial<typeof capitals>) => set({ ...when, capitals: { ...capitals, ...part } });
  return html`
    ${number("Share (0 to 1)", capitals.share, (share) => change({ share }))}
    ${number("from so many letters on", capitals.letters, (letters) => change({ letters }))}
  `;
}

/** A field for a number. When it holds none, the server says so, as it says all else that is wrong. */
export function number(label: string, value: number | undefined, set: (value: number) => void): TemplateResult {
  const text = value === undefined || Number.isNaN(value) ? "" : String(value);
  return html`<label class="number"><span>${label}</span><input type="number" step="any" min="0" .value=${text}
    @change=${({ target }: Event) => set((target as HTMLInputElement).valueAsNumber)}></label>`;
}
