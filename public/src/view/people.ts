/** Who is here, and who is typing. */
import { need, setText } from "../dom.ts";
import { limits } from "../limits.ts";
import type { Person, State } from "../state.ts";
import { typingText } from "../words.ts";
import { paintAvatar } from "./avatar.ts";
import type { Look } from "./row.ts";

/** Keeps the list of people and the typing line of the page `root`. */
export function createPeopleView(root: ParentNode): { render(state: State, looks: ReadonlyMap<string, Look>): void } {
  const list = need(root, "#people", HTMLUListElement);
  const count = need(root, "#people-count", HTMLElement);
  const more = need(root, "#people-more", HTMLElement);
  const typing = need(root, "#typing", HTMLElement);
  let shown: readonly Person[] | null = null;

  return {
    render({ people, me }, looks) {
      if (people === shown) return;
      shown = people;
      setText(count, people.length === 0 ? "" : String(people.length));
      list.replaceChildren(
        ...people.slice(0, limits.peopleShown).map((person) => item(person, person.who.id === me?.id, looks)),
      );
      const beyond = people.length - limits.peopleShown;
      more.hidden = beyond <= 0;
      setText(more, beyond > 0 ? `and ${beyond} more` : "");
      const names = people.filter((person) => person.typing && person.who.id !== me?.id).map(({ who }) => who.name);
      setText(typing, typingText(names, limits.typingNames));
    },
  };
}

function item({ who }: Person, isMe: boolean, looks: ReadonlyMap<string, Look>): HTMLLIElement {
  const look = looks.get(who.id);
  const row = document.createElement("li");
  const avatar = document.createElement("span");
  avatar.className = "avatar";
  avatar.setAttribute("aria-hidden", "true");
  paintAvatar(avatar, who, look?.hue ?? 0);
  const name = document.createElement("span");
  name.className = "person-name";
  name.dir = "auto";
  name.textContent = isMe ? `${who.name} (you)` : who.name;
  row.title = who.id;
  row.append(avatar, name);
  if (look?.lookalike) {
    const suffix = document.createElement("span");
    suffix.className = "suffix";
    suffix.textContent = who.suffix;
    row.append(" ", suffix);
  }
  return row;
}
