/** The switcher: links to the rooms visited lately, and a field that opens any other. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import { addressOf, LOBBY, roomFrom, titleOf } from "../rooms.ts";

export interface RoomsProps {
  readonly room: string;
  readonly recent: readonly string[];
  readonly language: Language;
  readonly go: (path: string) => void;
}

/** Fills the switcher of the page `root` once; going to another room is an ordinary link. */
export function createRoomsView(root: ParentNode, { room, recent, language, go }: RoomsProps): void {
  setText(need(root, "#room-title"), titleOf(room, language));
  need(root, "#rooms").append(
    ...[LOBBY, ...recent].map((name) => linkTo(name, titleOf(name, language), name === room)),
  );
  const form = need(root, "#room-form");
  const field = need(form, "#room-name", HTMLInputElement);
  const error = need(root, "#room-error");
  field.addEventListener("input", () => {
    setText(error, "");
    field.removeAttribute("aria-invalid");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = roomFrom(field.value);
    if (name !== null) return go(addressOf(name));
    setText(error, language.say("roomRule"));
    field.setAttribute("aria-invalid", "true");
    field.focus();
  });
}

function linkTo(room: string, title: string, isCurrent: boolean): HTMLElement {
  const link = document.createElement("a");
  link.href = addressOf(room);
  link.textContent = title;
  if (isCurrent) link.setAttribute("aria-current", "page");
  const item = document.createElement("li");
  item.append(link);
  return item;
}
