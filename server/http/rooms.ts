/** The room that a request names. */
import { parseRoom } from "../../lambda/channels.ts";
import type { NameCheck } from "../identity/names.ts";
import { type Refusal, refusal } from "./refusals.ts";

const [, INVALID] = refusal("invalid_room");
const [, REFUSED] = refusal("room_refused");

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
