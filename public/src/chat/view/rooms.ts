/** The switcher: links to the rooms visited lately, and a field that opens any other. */
import { need, setText } from "../../common/dom.ts";
import { addressOf, LOBBY, roomFrom, titleOf } from "../rooms.ts";

/** Fills the switcher once; going to another room is an ordinary link. */
export function createRoomsView(
  root: ParentNode,
  room: string,
  recent: readonly string[],
  go: (path: string) => void,
): void {
  setText(need(root, "#room-title"), titleOf(room));
  const list = need(root, "#rooms");
  for (const name of [LOBBY, ...recent]) {
    const link = document.createElement("a");
    link.href = addressOf(name);
    link.textContent = titleOf(name);
    if (name === room) link.setAttribute("aria-current", "page");
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
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
    setText(error, "A room name has 1 to 40 letters a-z, digits and hyphens.");
    field.setAttribute("aria-invalid", "true");
    field.focus();
  });
}
