/** Where one writes. Enter sends, Shift+Enter breaks the line; the draft outlives a reload. */
import { need } from "../../common/dom.ts";
import type { Draft } from "../draft.ts";
import type { Settings } from "../server-api.ts";
import { hasRoom, type State } from "../state.ts";
import { createCounter } from "./counter.ts";
import { type After, createTyping } from "./typing.ts";

export interface ComposerDeps {
  /** False when the text was not taken. */
  readonly write: (text: string) => boolean;
  readonly typing: (flag: boolean) => void;
  readonly draft: Draft;
  readonly after: After;
}

export interface ComposerView {
  render(state: State, settings: Settings | null): void;
  /** Puts a text back for editing, before what is there. */
  edit(text: string): void;
  focus(): void;
}

/** The composer of the page `root`. */
export function createComposerView(root: ParentNode, { write, typing, draft, after }: ComposerDeps): ComposerView {
  const form = need(root, "#composer");
  const field = need(form, "#text", HTMLTextAreaElement);
  const full = need(form, "#full");
  const send = need(form, "#send", HTMLButtonElement);
  const counter = createCounter(form, field);
  const type = createTyping(typing, after);
  let isReady = false;
  // Until the server says how much it takes, nothing is sent either.
  let most = Number.POSITIVE_INFINITY;
  // Enter was pressed before the server said who we are: the text goes out as soon as it has.
  let isHurried = false;

  function changed(): void {
    send.disabled = !counter.count(field.value, most) || field.value.trim() === "";
    fitHeight(field);
  }

  function submit(): void {
    changed();
    isHurried = !isReady;
    if (isHurried || send.disabled || !write(field.value.trim())) return;
    field.value = "";
    draft.keep("");
    changed();
    type("");
  }

  field.addEventListener("input", () => {
    changed();
    draft.keep(field.value);
    type(field.value);
  });
  field.addEventListener("keydown", (event) => {
    if (!isSend(event)) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    field.focus();
  });
  // What was typed before this script came stays.
  if (field.value === "") field.value = draft.read();
  changed();

  return {
    render(state, settings) {
      if (settings !== null && settings.maxMessageLength !== most) {
        most = settings.maxMessageLength;
        changed();
      }
      isReady = state.me !== null && state.connection.name !== "left";
      full.hidden = hasRoom(state);
      if (isReady && isHurried) submit();
    },
    edit(text) {
      field.value = field.value === "" ? text : `${text}\n${field.value}`;
      changed();
      draft.keep(field.value);
      field.focus();
    },
    focus: () => field.focus(),
  };
}

/** Enter sends. While an input method composes, Enter chooses a candidate; 229 is how some browsers say so. */
function isSend({ key, shiftKey, isComposing, keyCode }: KeyboardEvent): boolean {
  return key === "Enter" && !shiftKey && !isComposing && keyCode !== 229;
}

/** Makes a field as high as its text. The style of a field is its own to set; the policy forbids only inline markup. */
function fitHeight(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
