/** Who is here, and who is typing. */

import { paintAvatar } from "../../common/avatar.ts";
import { copy, need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import type { Look, Who } from "../../common/who.ts";
import { PEOPLE_SHOWN } from "../limits.ts";
import type { Person, State } from "../state.ts";
import { nameOf, typingText } from "../wording.ts";

export interface PeopleView {
  render(state: State, looks: ReadonlyMap<string, Look>): void;
}

/** Keeps the list of people and the typing line of the page `root`. */
export function createPeopleView(root: ParentNode, language: Language): PeopleView {
  const list = need(root, "#people");
  const template = need(root, "#person-row", HTMLTemplateElement);
  const count = need(root, "#people-count");
  const more = need(root, "#people-more");
  const typing = need(root, "#typing");
  let shown: readonly Person[] | null = null;
  const called = (who: Who): string => nameOf(who, language);

  function item({ who }: Person, isMe: boolean, look: Look | undefined): HTMLElement {
    const row = copy(template);
    const name = called(who);
    row.title = `${name} ${who.suffix}`;
    paintAvatar(need(row, ".avatar"), name, look?.hue ?? 0);
    setText(need(row, ".person-name"), isMe ? language.say("youHere", { name }) : name);
    setText(need(row, ".suffix"), look?.lookalike ? who.suffix : "");
    return row;
  }

  return {
    render({ people, me }, looks) {
      if (people === shown) return;
      shown = people;
      const sorted = [...people].sort(
        ({ who: a }, { who: b }) => called(a).localeCompare(called(b)) || a.id.localeCompare(b.id),
      );
      const isMe = ({ who }: Person): boolean => who.person === me?.person;
      setText(count, people.length === 0 ? "" : language.number(people.length));
      list.replaceChildren(
        ...sorted.slice(0, PEOPLE_SHOWN).map((person) => item(person, isMe(person), looks.get(person.who.id))),
      );
      const beyond = people.length - PEOPLE_SHOWN;
      more.hidden = beyond <= 0;
      setText(more, beyond > 0 ? language.count("morePeople", beyond) : "");
      const others = sorted.filter((person) => person.typing && !isMe(person));
      setText(
        typing,
        typingText(
          others.map(({ who }) => called(who)),
          language,
        ),
      );
    },
  };
}
