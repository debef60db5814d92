/** Rooms: names, addresses, and the ones visited lately. The room without a name is the lobby, at `/`. */

import type { Language } from "../common/language/language.ts";
import type { Shelf } from "../common/shelf.ts";
import { RECENT_ROOMS } from "./limits.ts";

export const LOBBY = "";
/** What it is called where a name is needed. */
export const LOBBY_NAME = "lobby";
const ROOM = /^[a-z0-9-]{1,40}$/;
const SHELF_KEY = "asterism:rooms";

/** The room of a page address, `/` or `/r/<room>`. */
export function roomOf(path: string): string {
  const name = /^\/r\/([^/]+)\/?$/.exec(path)?.[1] ?? LOBBY;
  return ROOM.test(name) && name !== LOBBY_NAME ? name : LOBBY;
}

/** The address of a room. */
export function addressOf(room: string): string {
  return room === LOBBY ? "/" : `/r/${room}`;
}

/** What people call a room. */
export function titleOf(room: string, { say }: Pick<Language, "say">): string {
  return room === LOBBY ? say("lobby") : `#${room}`;
}

/** Makes a room name of what somebody typed (`#Garden Club` is `garden-club`), or null when nothing usable is left. */
export function roomFrom(typed: string): string | null {
  const name = typed.trim().toLowerCase().replace(/^#/, "").replace(/\s+/g, "-");
  if (name === LOBBY_NAME) return LOBBY;
  return ROOM.test(name) ? name : null;
}

/** The rooms visited lately, newest first, the lobby always last. */
export function recentRooms(shelf: Shelf): string[] {
  const names = (shelf.get(SHELF_KEY) ?? "").split(",").filter((name) => ROOM.test(name));
  return [...new Set(names)].slice(0, RECENT_ROOMS);
}

/** Remembers a visit; answers the new list. */
export function visit(shelf: Shelf, room: string): string[] {
  const names = recentRooms(shelf);
  if (room === LOBBY) return names;
  // A room already in the list keeps its place: a list that jumps under the pointer is tiresome.
  const next = names.includes(room) ? names : [room, ...names].slice(0, RECENT_ROOMS);
  shelf.set(SHELF_KEY, next.join(","));
  return next;
}
