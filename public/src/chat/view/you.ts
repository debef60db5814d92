/** One's own identity: the name as it stands, the dialog that changes it, leaving, and joining again. */

import { paintAvatar } from "../../common/avatar.ts";
import { need, setText } from "../../common/dom.ts";
import type { Language, Problem } from "../../common/language/language.ts";
import { type Look, NO_NAME } from "../../common/who.ts";
import type { State } from "../state.ts";
import { nameOf } from "../wording.ts";

export interface YouActions {
  /** Answers what is wrong, or null. */
  rename(name: string): Promise<Problem | null>;
  leave(): Promise<Problem | null>;
  rejoin(): void;
}

export interface YouView {
  render(state: State, looks: ReadonlyMap<string, Look>): void;
}

/** Keeps the identity parts of the page `root`. */
export function createYouView(root: ParentNode, actions: YouActions, language: Language): YouView {
  const you = need(root, "#you");
  const open = need(root, "#you-open", HTMLButtonElement);
  const left = need(root, "#left");
  const dialog = createNameDialog(root, actions, language);
  let current = "";
  open.addEventListener("click", () => dialog.open(current));
  need(root, "#rejoin").addEventListener("click", actions.rejoin);

  return {
    render({ me, connection }, looks) {
      const isGone = connection.name === "left";
      if (left.hidden === isGone) {
        left.hidden = !isGone;
        if (isGone) need(left, "h2").focus();
      }
      you.hidden = isGone;
      open.disabled = me === null;
      if (me === null) return;
      current = me.name;
      const shown = nameOf(me, language);
      setText(need(you, "#you-name"), shown);
      setText(need(you, "#you-suffix"), me.suffix);
      paintAvatar(need(you, "#you-avatar"), shown, looks.get(me.id)?.hue ?? 0);
      setText(open, language.say(me.name === NO_NAME ? "chooseName" : "changeName"));
    },
  };
}

/** The dialog in which somebody takes another name or leaves. */
function createNameDialog(root: ParentNode, actions: YouActions, language: Language): { open(name: string): void } {
  const dialog = need(root, "#you-dialog", HTMLDialogElement);
  const field = need(root, "#new-name", HTMLInputElement);
  const error = need(root, "#name-error");
  let current = "";

  function tell(problem: string): void {
    setText(error, problem);
    if (problem === "") field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
  }

  async function rename(): Promise<void> {
    const wanted = field.value.trim();
    if (wanted === current) return dialog.close();
    if (wanted === "") return tell(language.say("nameFirst"));
    const problem = await actions.rename(wanted);
    tell(problem === null ? "" : language.because(problem));
    if (problem === null) dialog.close();
    else field.focus();
  }

  async function leave(): Promise<void> {
    const problem = await actions.leave();
    if (problem !== null) return tell(language.because(problem));
    dialog.close();
  }

  need(root, "#you-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void rename();
  });
  field.addEventListener("input", () => tell(""));
  need(root, "#you-cancel").addEventListener("click", () => dialog.close());
  need(root, "#leave").addEventListener("click", () => void leave());

  return {
    open(name) {
      current = name;
      tell("");
      field.value = name === NO_NAME ? "" : name;
      dialog.showModal();
      field.focus();
      field.select();
    },
  };
}
