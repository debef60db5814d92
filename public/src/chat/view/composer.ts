/** Where one writes. Enter sends, Shift+Enter breaks the line; the draft outlives a reload. */
import { need } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { Draft } from "../draft.ts";
import type { Settings } from "../server-api.ts";
import { hasRoom, type State } from "../state.ts";
import { createCounter } from "./counter.ts";
import { createPause } from "./pause.ts";
import { type After, createTyping } from "./typing.ts";

export interface ComposerDeps {
  /** False when the text was not taken. */
  readonly write: (text: string) => boolean;
  readonly typing: (flag: boolean) => void;
  /** The names of whoever is here. */
  readonly people: () => readonly string[];
  /** The text of the last message that was not sent, taken back for editing. */
  readonly takeBack: () => string | null;
  readonly draft: Draft;
  readonly language: Language;
  readonly after: After;
}

export interface ComposerView {
  render(state: State, settings: Settings | null): void;
  /** Puts a text back for editing, before what is there. */
  edit(text: string): void;
  focus(): void;
}

/** The composer of the page `root`. */
export function createComposerView(root: ParentNode, deps: ComposerDeps): ComposerView {
  const form = need(root, "#composer");
  const field = need(form, "#text", HTMLTextAreaElement);
  const full = need(form, "#full");
  const send = need(form, "#send", HTMLButtonElement);
  const size = createSize(form, field, deps.language);
  const pause = createPause(form, send, deps.language);
  const take = createTaking(field, deps.draft);
  const type = createTyping(deps.typing, deps.after);
  let isReady = false;
  // Enter was pressed before the server said who we are: the text goes out as soon as it has.
  let isHurried = false;
  let isPaused = false;

  function changed(): void {
    send.disabled = !size.fits() || field.value.trim() === "" || isPaused;
    take();
  }

  function submit(): void {
    changed();
    isHurried = !isReady;
    if (isHurried || send.disabled || !deps.write(field.value.trim())) return;
    field.value = "";
    changed();
    type("");
  }

  function put(text: string): void {
    putBefore(field, text);
    changed();
  }

  function edit(text: string): void {
    put(text);
    field.focus();
  }

  const complete = createCompleting(field, need(form, "#completion"), deps.people);
  field.addEventListener("input", () => {
    changed();
    type(field.value);
    complete();
  });
  const handBack = createHandBack(field, put);
  listenToKeys(field, { submit, edit, takeBack: deps.takeBack });
  listenToButton(form, field, submit);
  refuseFiles(field, need(form, "#only-text"));
  takeUp(field, deps.draft);
  changed();

  return {
    render(state, settings) {
      size.limitTo(settings);
      isReady = state.me !== null && state.connection.name !== "left";
      full.hidden = hasRoom(state);
      isPaused = pause(state);
      handBack(state);
      changed();
      if (isReady && isHurried) submit();
    },
    edit,
    focus: () => field.focus(),
  };
}

/** Completes words once one is begun that can be; what that takes is loaded then. */
function createCompleting(field: HTMLTextAreaElement, list: HTMLElement, people: ComposerDeps["people"]): () => void {
  let loading: Promise<{ update(people: readonly string[]): void }> | null = null;
  return () => {
    if (loading === null && !/(?:^|[\s(])[:@]\S{1,}$/.test(field.value.slice(0, field.selectionStart))) return;
    loading ??= import("../completion/completion.ts").then(({ createCompletion }) => createCompletion(field, list));
    // Without it one writes on; the next word asks for it again.
    loading.then(
      ({ update }) => update(people()),
      () => {
        loading = null;
      },
    );
  };
}

/** The length of the text in the field, beside the most that the server takes. */
function createSize(form: ParentNode, field: HTMLTextAreaElement, language: Language) {
  const counter = createCounter(form, field, language);
  // The limit is not known until the server has told it, and nothing is sent before that.
  let most = Number.POSITIVE_INFINITY;
  return {
    limitTo(settings: Settings | null): void {
      if (settings !== null) most = settings.maxMessageLength;
    },
    /** Counts what stands in the field; answers whether it is short enough. */
    fits: (): boolean => counter.count(field.value, most),
  };
}

/**
 * Answers the function that fits the field to its text and keeps the draft. The browser has to lay out the page for that: it is done
 * for another text or another width alone.
 */
function createTaking(field: HTMLTextAreaElement, draft: Draft): () => void {
  let taken = "";
  return () => {
    const now = `${field.offsetWidth} ${field.value}`;
    if (now === taken) return;
    taken = now;
    fitHeight(field);
    draft.keep(field.value);
  };
}

/** Puts a text before what stands in the field, on a line of its own. */
function putBefore(field: HTMLTextAreaElement, text: string): void {
  if (field.value !== text) field.value = field.value === "" ? text : `${text}\n${field.value}`;
}

/** Goes on with the draft; what was typed before this script came stays. */
function takeUp(field: HTMLTextAreaElement, draft: Draft): void {
  if (field.value === "") field.value = draft.read();
}

/**
 * A text that was refused is in the field again, once, unless there is another one already: then its row offers it. The focus
 * stays where it is, since nobody asked for this.
 */
function createHandBack(field: HTMLTextAreaElement, put: (text: string) => void): (state: State) => void {
  let last: string | null = null;
  return ({ handedBack }) => {
    if (handedBack === null || handedBack.key === last) return;
    last = handedBack.key;
    if (field.value === "") put(handedBack.text);
  };
}

interface KeyActions {
  submit(): void;
  edit(text: string): void;
  takeBack(): string | null;
}

/** Enter sends; the arrow up in an empty field takes back what was not sent yet. */
function listenToKeys(field: HTMLTextAreaElement, { submit, edit, takeBack }: KeyActions): void {
  field.addEventListener("keydown", (event) => {
    const back = event.key === "ArrowUp" && field.value === "" ? takeBack() : null;
    if (back === null && !isSend(event)) return;
    event.preventDefault();
    if (back === null) submit();
    else edit(back);
  });
}

/** The button sends; the next text can be typed at once. */
function listenToButton(form: HTMLElement, field: HTMLElement, submit: () => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    field.focus();
  });
}

/** Enter sends. While an input method composes, Enter chooses a candidate; 229 is how some browsers say so. */
function isSend({ key, shiftKey, isComposing, keyCode }: KeyboardEvent): boolean {
  return key === "Enter" && !shiftKey && !isComposing && keyCode !== 229;
}

/** Says that pictures and files cannot be sent, when somebody pastes or drops some. */
function refuseFiles(field: HTMLElement, note: HTMLElement): void {
  const refuse = (event: Event, data: DataTransfer | null): void => {
    note.hidden = data === null || data.files.length === 0;
    if (!note.hidden) event.preventDefault();
  };
  field.addEventListener("paste", (event) => refuse(event, event.clipboardData));
  field.addEventListener("drop", (event) => refuse(event, event.dataTransfer));
  field.addEventListener("input", () => {
    note.hidden = true;
  });
}

/**
 * Makes a field as high as its text and its borders; it scrolls only when it may not be higher. The style of a field is
 * its own to set; the policy forbids only inline markup.
 */
function fitHeight(field: HTMLTextAreaElement): void {
  const { style } = field;
  style.height = "auto";
  style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
  style.overflowY = field.scrollHeight > field.clientHeight + 1 ? "auto" : "hidden";
}
