/**
 * What goes on in rooms: who is there and what was said last. The broker is asked once for everybody who wants to know, so
 * it is asked as often for a thousand visitors as for one.
 */
import * as Ably from "ably";
import { roomChannels } from "../lambda/channels.ts";
import { personOf } from "../lambda/person.ts";
import { connectionTo, restOptions } from "./ably-connection.ts";
import { Rate } from "./broker/index.ts";
import type { Endpoint } from "./config.ts";
import { limits } from "./limits.ts";

export interface RoomLook {
  /** People, of whatever number of tabs. */
  readonly people: number;
  /** The newest messages, each once. */
  readonly said: readonly { readonly at: number; readonly person: string }[];
}

/** Looks at a room, which is undefined for the default one; undefined when that cannot be known now. */
export type LookAtRoom = (room: string | undefined) => Promise<RoomLook | undefined>;

/** Shares looks: each is good for a moment, and no more than so many are taken in a second or kept. */
export function shareLooks(look: LookAtRoom, now: () => number = Date.now): LookAtRoom {
  const kept = new Map<string | undefined, { readonly at: number; readonly answer: Promise<RoomLook | undefined> }>();
  const taken = new Rate();
  return async (room) => {
    const known = kept.get(room);
    if (known !== undefined && now() - known.at < limits.roomLookMs) return await known.answer;
    if (taken.add(now(), 1) > limits.roomLooksASecond) return await known?.answer;
    const answer = look(room);
    kept.delete(room);
    kept.set(room, { at: now(), answer });
    if (kept.size > limits.roomLooksKept) kept.delete(kept.keys().next().value);
    return await answer;
  };
}

/** Asks the broker with the key that issues the tokens: it may do no more than every visitor. */
export function createRoomLook(key: string, endpoint: Endpoint | undefined): LookAtRoom {
  const rest = new Ably.Rest({ ...restOptions(connectionTo(endpoint), limits.roomLookTimeoutMs), key });
  return async (room) => {
    const channel = rest.channels.get(roomChannels(room).outbound);
    try {
      const [present, past] = await Promise.all([
        channel.presence.get({ limit: limits.roomLookPeople }),
        channel.history({ limit: limits.roomLookMessages }),
      ]);
      return {
        people: new Set(present.items.map(({ clientId }) => personOf(clientId))).size,
        said: saidIn(past.items),
      };
    } catch {
      return undefined; // the list of rooms does without; whether the broker answers is `/ready`'s to tell
    }
  };
}

function saidIn(messages: readonly Ably.Message[]): RoomLook["said"] {
  const said = new Map<string, { at: number; person: string }>();
  for (const { clientId, action, extras, timestamp = 0, id } of messages) {
    if (clientId === undefined || action === "message.delete") continue;
    const headers: unknown = extras?.headers;
    const { "source-id": source = id, "source-timestamp": stamp } = Object(headers);
    const person = personOf(clientId);
    said.set(`${person}\n${source}`, { at: Number(stamp ?? timestamp), person });
  }
  return [...said.values()];
}
