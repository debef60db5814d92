/** One's own identity: the name as it stands, the dialog that changes it, leaving, and joining again. */

import { paintAvatar } from "../../common/avatar.ts";
import { need, setText } from "../../common/dom.ts";
import type { State } from "../state.ts";
import type { Look } from "./row.ts";

export interface YouActions {
  /** Answers what is wrong, or null. */
  rename(name: string): Promise<string | null>;
  leave(): Promise<string | null>;
  rejoin(): void;
}

/** Keeps the identity parts of the page `root`. */
export function createYouView(root: ParentNode, actions: YouActions) {
  const avatar = need(root, "#you-avatar");
  const name = need(root, "#you-name");
  const suffix = need(root, "#you-suffix");
  const open = need(root, "#you-open", HTMLButtonElement);
  const dialog = need(root, "#you-dialog", HTMLDialogElement);
  const form = need(root, "#you-form");
  const field = need(root, "#new-name", HTMLInputElement);
  const error = need(root, "#name-error");
  const left = need(root, "#left");
  let current = "";

  function tell(problem: string): void {
    setText(error, problem);
    if (problem === "") field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
  }

  async function rename(): Promise<void> {
    const wanted = field.value.trim();
    if (wanted === current) return dialog.close();
    if (wanted === "") return tell("Type a name first.");
    const problem = await actions.rename(wanted);
    tell(problem ?? "");
    if (problem === null) dialog.close();
    else field.focus();
  }

  async function leave(): Promise<void> {
    const problem = await actions.leave();
    if (problem !== null) return tell(problem);
    dialog.close();
  }

  open.addEventListener("click", () => {
    tell("");
    field.value = current === "Guest" ? "" : current;
    dialog.showModal();
    field.focus();
    field.select();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void rename();
  });
  field.addEventListener("input", () => tell(""));
  need(root, "#you-cancel").addEventListener("click", () => dialog.close());
  need(root, "#leave").addEventListener("click", () => void leave());
  need(root, "#rejoin").addEventListener("click", actions.rejoin);

  return {
    render({ me, connection }: State, looks: ReadonlyMap<string, Look>): void {
      const isGone = connection.name === "left";
      if (left.hidden === isGone) {
        left.hidden = !isGone;
        if (isGone) need(left, "h2").focus();
      }
      open.disabled = isGone || me === null;
      if (me === null) return;
      current = me.name;
      setText(name, me.name);
      setText(suffix, me.suffix);
      paintAvatar(avatar, me, looks.get(me.id)?.hue ?? 0);
      setText(open, me.name === "Guest" ? "Choose a name" : "Change name");
    },
  };
}
