/** Rooms and the names of their channels, as the page, the function and the rule know them. */

/** What a room may be called: 1-40 of `a-z 0-9 -`. */
const ROOM = /^[a-z0-9-]{1,40}$/;

/** The rule's channel filter: every room's inbound channel and nothing else. */
export const INBOUND_FILTER = "^chat:from-clients(:[a-z0-9-]+)?$";

export interface RoomChannels {
  /** Browsers publish here; the rule watches it. */
  readonly inbound: string;
  /** Moderated messages arrive here. */
  readonly outbound: string;
}

/** The room a request names; the default room is `undefined`. Answers `null` for a name that no room can have. */
export function parseRoom(value: unknown): string | undefined | null {
  if (value === undefined || value === "") return undefined;
  return typeof value === "string" && ROOM.test(value) ? value : null;
}

export function roomChannels(room: string | undefined): RoomChannels {
  const suffix = room === undefined ? "" : `:${room}`;
  return { inbound: `chat:from-clients${suffix}`, outbound: `chat:to-clients${suffix}` };
}

/** The channel of private notices to one visitor. */
export function noticesChannel(clientId: string): string {
  return `chat:notices:${clientId}`;
}
