/** What stands around the views: brand, navigation, the state of things, the keys, and what was just done. */
import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type { Health } from "./api.ts";
import type { FeedState } from "./feed/feed.ts";
import type { Key } from "./keys.ts";
import { addressOf, TITLES, VIEWS, type ViewName } from "./views.ts";

export interface ShellState {
  readonly view: ViewName;
  /** Who is signed in. */
  readonly name: string;
  readonly feed: FeedState;
  readonly health: Health;
  readonly toast: Toast | null;
  readonly isHelpOpen: boolean;
  readonly hasKeys: boolean;
}

interface Toast {
  readonly sentence: string;
  readonly undo: (() => void) | undefined;
}

export interface ShellActions {
  help(isOpen: boolean): void;
  useKeys(hasKeys: boolean): void;
  dismissToast(): void;
  signOut(): void;
  retry(): void;
}

export interface ShellParts {
  readonly content: TemplateResult;
  readonly keys: readonly Key[];
  badgeOf(view: ViewName): string;
}

const FEED: Readonly<Record<FeedState, string>> = { connecting: "Connecting…", connected: "Live", lost: "Not live" };
const BANNERS: Readonly<Record<Exclude<Health, "well">, string>> = {
  "signed-out": "Your session has ended. What you have typed here stays until you leave this page.",
  "store-down":
    "The store cannot be reached. What you see may be old, and nothing can be decided or saved until it is back.",
  unreachable: "The server cannot be reached. What you see may be old.",
};

/** Draws the whole desk. */
export function shell(state: ShellState, actions: ShellActions, parts: ShellParts): TemplateResult {
  return html`
    <header class="bar">
      <p class="brand"><span class="brand-mark" aria-hidden="true">⁂</span> <span>Asterism</span> <span class="brand-desk">Desk</span></p>
      <nav aria-label="Views"><ul>${VIEWS.map((view) => tab(view, state.view, parts.badgeOf(view)))}</ul></nav>
      <p class="feed" data-state=${state.feed}><span class="dot" aria-hidden="true"></span> <span title=${FEED[state.feed]}>${FEED[state.feed]}</span></p>
      <p class="me"><span class="unseen">Signed in as </span><span class="me-name">${state.name}</span>
        <button type="button" class="quiet" @click=${actions.signOut}>Sign out</button></p>
    </header>
    ${banner(state.health, actions)}
    <main id="view" class="view" tabindex="-1" aria-labelledby="view-title">
      <h1 id="view-title" class="unseen">${TITLES[state.view]}</h1>
      ${parts.content}
    </main>
    ${keyBar(state, actions, parts.keys)} ${toastView(state.toast, actions)} ${helpDialog(state, actions, parts.keys)}
  `;
}

const tab = (view: ViewName, current: ViewName, count: string): TemplateResult => html`
  <li><a href=${addressOf(view)} aria-current=${view === current ? "page" : nothing}>${TITLES[view]}${count === "" ? nothing : html` <span class="count">${count}</span>`}</a></li>
`;

function banner(health: Health, actions: ShellActions): TemplateResult | typeof nothing {
  if (health === "well") return nothing;
  return html`
    <div class="banner" role="alert">
      <p>${BANNERS[health]}</p>
      ${
        health === "signed-out"
          ? html`<a class="button" href="/moderate" target="_blank">Sign in again</a>`
          : html`<button type="button" class="quiet" @click=${actions.retry}>Try now</button>`
      }
    </div>
  `;
}

function keyBar({ hasKeys }: ShellState, actions: ShellActions, keys: readonly Key[]): TemplateResult {
  return html`
    <footer class="key-bar">
      ${hasKeys ? keys.map(({ key, does }) => html`<span><kbd>${key}</kbd> ${does}</span>`) : nothing}
      <button type="button" class="quiet" @click=${() => actions.help(true)}><kbd aria-hidden="true">?</kbd> Keys</button>
    </footer>
  `;
}

function toastView(toast: Toast | null, actions: ShellActions): TemplateResult | typeof nothing {
  if (toast === null) return nothing;
  const undo = (): void => {
    toast.undo?.();
    actions.dismissToast();
  };
  return html`
    <div class="toast">
      <p>${toast.sentence}</p>
      ${toast.undo === undefined ? nothing : html`<button type="button" class="quiet" @click=${undo}>Undo</button>`}
      <button type="button" class="quiet" aria-label="Close" @click=${actions.dismissToast}>✕</button>
    </div>
  `;
}

function helpDialog(
  { isHelpOpen, hasKeys }: ShellState,
  actions: ShellActions,
  keys: readonly Key[],
): TemplateResult | typeof nothing {
  if (!isHelpOpen) return nothing;
  const open = (dialog?: Element): void => {
    // It is in the document once the drawing is done.
    queueMicrotask(() => {
      if (dialog instanceof HTMLDialogElement && dialog.isConnected && !dialog.open) dialog.showModal();
    });
  };
  return html`
    <dialog class="dialog" aria-labelledby="help-title" ${ref(open)} @close=${() => actions.help(false)}>
      <form method="dialog">
        <h2 id="help-title">Keys</h2>
        <dl class="keys">
          ${keys.map(({ key, does }) => html`<dt><kbd>${key}</kbd></dt><dd>${does}</dd>`)}
          <dt><kbd>1</kbd> … <kbd>5</kbd></dt><dd>the five views</dd>
          <dt><kbd>?</kbd></dt><dd>these keys</dd>
        </dl>
        <label class="check"><input type="checkbox" .checked=${hasKeys}
          @change=${({ target }: Event) => actions.useKeys((target as HTMLInputElement).checked)}> Use single keys</label>
        <p class="faint">Keys rest while you write. What they do can be done with buttons, too.</p>
        <div class="buttons"><button type="submit">Close</button></div>
      </form>
    </dialog>
  `;
}
