/** Rooms and the names of their channels: the only place that spells them, for the function, the server and the rule. */

import { personOf } from "./person.ts";

/** What a room may be called: 1-40 of `a-z 0-9 -`. */
const ROOM = /^[a-z0-9-]{1,40}$/;

/** The rule's channel filter: every room's inbound channel and nothing else. */
export const INBOUND_FILTER = "^chat:from-clients(:[a-z0-9-]+)?$";

const INBOUND = new RegExp(INBOUND_FILTER);

export interface RoomChannels {
  /** Browsers publish here; the rule watches it. */
  readonly inbound: string;
  /** Moderated messages arrive here. */
  readonly outbound: string;
}

/** What the default room is called wherever a room is named. */
const LOBBY = "lobby";

/** The room that somebody names; the default room is `undefined`. Answers `null` for a name that no room can have. */
export function parseRoom(value: unknown): string | undefined | null {
  if (value === undefined || value === "" || value === LOBBY) return undefined;
  return typeof value === "string" && ROOM.test(value) ? value : null;
}

/** The two channels of a room. */
export function roomChannels(room: string | undefined): RoomChannels {
  const suffix = room === undefined ? "" : `:${room}`;
  return { inbound: `chat:from-clients${suffix}`, outbound: `chat:to-clients${suffix}` };
}

/** The name of the room that an inbound channel belongs to. */
export const roomOf = (inbound: string): string => INBOUND.exec(inbound)?.[1]?.slice(1) ?? LOBBY;

/** The inbound channel of a room by its name. */
export const inboundOf = (room: string): string => roomChannels(room === LOBBY ? undefined : room).inbound;

/** Is this a channel that browsers publish to, as the rule's filter says? */
export const isInbound = (channel: string): boolean => INBOUND.test(channel);

/** Where the moderated copy of what was said on `inbound` goes; undefined when it is no inbound channel. */
export function outboundFor(inbound: string): string | undefined {
  const match = INBOUND.exec(inbound);
  return match === null ? undefined : `chat:to-clients${match[1] ?? ""}`;
}

/** Where moderators see decisions as they are made; not persisted, because it carries original text. */
export const DESK_LIVE = "desk:live";

/** What the name of every notices channel begins with. */
export const NOTICES_PREFIX = "chat:notices:";

/** The private channel on which one person, whatever the name, learns what became of a message. */
export const noticesChannel = (clientId: string): string => NOTICES_PREFIX + personOf(clientId);
