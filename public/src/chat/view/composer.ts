/** Where one writes. Enter sends, Shift+Enter breaks the line; the draft outlives a reload. */
import { need, setText } from "../../common/dom.ts";
import { COUNTER_CHARS, TYPING_MS } from "../limits.ts";
import type { Settings } from "../server-api.ts";
import type { Shelf } from "../shelf.ts";
import { hasRoom, type State } from "../state.ts";

export interface ComposerActions {
  /** False when the text was not taken. */
  write(text: string): boolean;
  typing(flag: boolean): void;
}

export interface ComposerView {
  render(state: State, settings: Settings | null): void;
  /** Puts a text back for editing, before what is there. */
  edit(text: string): void;
  focus(): void;
}

/** The composer of the page `root`; `after` runs a task later and answers how to call it off. */
export function createComposerView(
  root: ParentNode,
  actions: ComposerActions,
  drafts: Shelf,
  room: string,
  after: (ms: number, task: () => void) => () => void,
): ComposerView {
  const form = need(root, "#composer");
  const field = need(form, "#text", HTMLTextAreaElement);
  const counter = need(form, "#counter");
  const full = need(form, "#full");
  const send = need(form, "#send", HTMLButtonElement);
  const draftKey = `asterism:draft:${room}`;
  let stopTyping = (): void => {};
  let ready = false;
  // Until the server says how much it takes, nothing is sent either.
  let most = Number.POSITIVE_INFINITY;
  // Enter was pressed before the server said who we are: the text goes out as soon as it has.
  let hurried = false;

  function changed(): void {
    const left = most - codePoints(field.value);
    counter.hidden = left >= COUNTER_CHARS;
    if (!counter.hidden) setText(counter, `Characters ${left < 0 ? "too many" : "left"}: ${Math.abs(left)}`);
    counter.classList.toggle("over", left < 0);
    if (left < 0) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    send.disabled = left < 0 || field.value.trim() === "";
    // The style of a field is its own to set; the policy forbids only inline markup.
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function store(): void {
    if (field.value === "") drafts.remove(draftKey);
    else drafts.set(draftKey, field.value);
  }

  function submit(): void {
    changed();
    hurried = !ready;
    if (hurried || send.disabled || !actions.write(field.value.trim())) return;
    field.value = "";
    store();
    changed();
    stopTyping();
    actions.typing(false);
  }

  field.addEventListener("input", () => {
    changed();
    store();
    stopTyping();
    if (field.value.trim() === "") return actions.typing(false);
    actions.typing(true);
    stopTyping = after(TYPING_MS, () => actions.typing(false));
  });
  field.addEventListener("keydown", (event) => {
    // While an input method composes, Enter chooses a candidate; 229 is how some browsers say so.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    field.focus();
  });
  // What was typed before this script came stays.
  if (field.value === "") field.value = drafts.get(draftKey) ?? "";
  changed();

  return {
    render(state, settings) {
      if (settings !== null && settings.maxMessageLength !== most) {
        most = settings.maxMessageLength;
        changed();
      }
      ready = state.me !== null && state.connection.name !== "left";
      full.hidden = hasRoom(state);
      if (ready && hurried) submit();
    },
    edit(text) {
      field.value = field.value === "" ? text : `${text}\n${field.value}`;
      changed();
      store();
      field.focus();
    },
    focus: () => field.focus(),
  };
}

/** Characters as the function counts them. */
function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
