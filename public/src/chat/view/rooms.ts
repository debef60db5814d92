/** The switcher: links to the rooms visited lately, and a field that opens any other. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import { UNREAD_COUNTED } from "../limits.ts";
import { addressOf, LOBBY, LOBBY_NAME, roomFrom, titleOf } from "../rooms.ts";
import type { RoomCount, RoomCounts } from "../server-api.ts";

const NOTHING: RoomCount = { people: 0, unread: 0 };

export interface RoomsProps {
  readonly room: string;
  readonly recent: readonly string[];
  readonly language: Language;
  readonly go: (path: string) => void;
}

/** Fills the switcher of the page `root`; going to another room is an ordinary link. Answers the function that shows counts. */
export function createRoomsView(
  root: ParentNode,
  { room, recent, language, go }: RoomsProps,
): (counts: RoomCounts) => void {
  setText(need(root, "#room-title"), titleOf(room, language));
  const rows = [LOBBY, ...recent].map(
    (name) => [name || LOBBY_NAME, linkTo(name, titleOf(name, language), name === room)] as const,
  );
  need(root, "#rooms").append(...rows.map(([, row]) => row));
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
  return (counts) => {
    for (const [name, row] of rows) showCount(row, counts[name], language);
  };
}

/** Says beside a room what goes on in it; nothing where that is not known, or nothing does. */
function showCount(row: HTMLElement, { people, unread }: RoomCount = NOTHING, language: Language): void {
  setText(need(row, ".room-people"), people === 0 ? "" : language.count("peopleThere", people));
  setText(need(row, ".count"), unread === 0 ? "" : unreadText(unread, language));
}

function unreadText(unread: number, language: Language): string {
  if (unread < UNREAD_COUNTED) return language.count("unreadThere", unread);
  return language.say("manyUnread", { n: language.number(UNREAD_COUNTED) });
}

function linkTo(room: string, title: string, isCurrent: boolean): HTMLElement {
  const link = document.createElement("a");
  link.href = addressOf(room);
  link.textContent = title;
  if (isCurrent) link.setAttribute("aria-current", "page");
  const notes = document.createElement("span");
  notes.className = "room-notes";
  notes.id = `notes-${room}`;
  notes.append(noteOf("room-people"), " ", noteOf("count"));
  link.setAttribute("aria-describedby", notes.id);
  const item = document.createElement("li");
  item.append(link, notes);
  return item;
}

function noteOf(name: string): HTMLElement {
  const note = document.createElement("span");
  note.className = name;
  return note;
}
