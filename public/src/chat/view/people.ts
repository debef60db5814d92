/** Who is here, and who is typing. */

import { paintAvatar } from "../../common/avatar.ts";
import { copy, need, setText } from "../../common/dom.ts";
import { PEOPLE_SHOWN, TYPING_NAMES } from "../limits.ts";
import type { Person, State } from "../state.ts";
import { typingText } from "../words.ts";
import type { Look } from "./row.ts";

/** Keeps the list of people and the typing line of the page `root`. */
export function createPeopleView(root: ParentNode): { render(state: State, looks: ReadonlyMap<string, Look>): void } {
  const list = need(root, "#people");
  const template = need(root, "#person-row", HTMLTemplateElement);
  const count = need(root, "#people-count");
  const more = need(root, "#people-more");
  const typing = need(root, "#typing");
  let shown: readonly Person[] | null = null;

  return {
    render({ people, me }, looks) {
      if (people === shown) return;
      shown = people;
      setText(count, people.length === 0 ? "" : String(people.length));
      list.replaceChildren(
        ...people
          .slice(0, PEOPLE_SHOWN)
          .map((person) => item(template, person, person.who.id === me?.id, looks.get(person.who.id))),
      );
      const beyond = people.length - PEOPLE_SHOWN;
      more.hidden = beyond <= 0;
      setText(more, beyond > 0 ? `and ${beyond} more` : "");
      const names = people.filter((person) => person.typing && person.who.id !== me?.id).map(({ who }) => who.name);
      setText(typing, typingText(names, TYPING_NAMES));
    },
  };
}

function item(template: HTMLTemplateElement, { who }: Person, isMe: boolean, look: Look | undefined): HTMLElement {
  const row = copy(template);
  row.title = `${who.name} ${who.suffix}`;
  paintAvatar(need(row, ".avatar"), who, look?.hue ?? 0);
  setText(need(row, ".person-name"), isMe ? `${who.name} (you)` : who.name);
  setText(need(row, ".suffix"), look?.lookalike ? who.suffix : "");
  return row;
}
