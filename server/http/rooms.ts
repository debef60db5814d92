/** The room that a request names. */
import { parseRoom } from "../../lambda/channels.ts";
import type { NameCheck } from "../identity/names.ts";
import type { Refusal } from "./errors.ts";

const INVALID: Refusal = { code: "invalid_room", message: "A room name is 1 to 40 characters of a-z, 0-9 and -." };
const REFUSED: Refusal = {
  code: "room_refused",
  message: "The name of this room contains a word that is not allowed here.",
};

/** The room, which is undefined for the default one, or what is wrong with its name. */
export type RoomReader = (value: unknown) => { readonly room: string | undefined } | Refusal;

/**
 * Makes the reader. People see a room's name, so it is moderated like a person's; reserved names are for people only.
 */
export function createRoomReader(check: NameCheck): RoomReader {
  return (value) => {
    const room = parseRoom(value);
    if (room === null) return INVALID;
    return room !== undefined && check(room) === "banned" ? REFUSED : { room };
  };
}
