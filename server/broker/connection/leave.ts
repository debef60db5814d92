/** LEAVE of the members of a connection, made up by the broker. */
import type { Channel } from "../channel/channel.ts";
import { newId } from "../ids.ts";
import { MODE, PRESENCE_ACTION } from "../wire/actions.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";

/**
 * Takes every member of a connection off a channel. A leave that the broker makes up for a lost connection must not
 * carry an id of that connection, or the SDK would compare it by serial instead of by time.
 */
export function leave(app: Home, connection: Connection, channel: Channel): void {
  const members = channel.presence.of(connection.connectionId);
  if (members.length === 0) return;
  const id = newId(app.deps.random);
  const timestamp = app.now();
  const leaves = members.map((member, at) => ({
    ...member,
    id: `${id}:${at}`,
    action: PRESENCE_ACTION.leave,
    timestamp,
  }));
  channel.tellPresence(id, leaves);
  app.presenceEvent(channel, leaves);
}

/** Takes the members off when the connection gives up this name of the channel, unless it is attached by another one. */
export function leaveAs(app: Home, connection: Connection, channel: Channel, name: string): void {
  for (const [other, held] of connection.attachments) {
    if (other !== name && held.channel === channel && (held.attachment.modes & MODE.presence) !== 0) return;
  }
  leave(app, connection, channel);
}
