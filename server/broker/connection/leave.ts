/** LEAVE of the members of a connection, made up by the broker. */
import type { Channel } from "../channel/channel.ts";
import { newId } from "../ids.ts";
import { MODE, PRESENCE_ACTION } from "../wire/actions.ts";
import type { Held } from "./attachments.ts";
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

/** Takes the members off when a connection gives up an attachment, unless it is attached to the channel by another name. */
export function leaveAs(app: Home, connection: Connection, { attachment, channel }: Held): void {
  for (const other of connection.attachments.all()) {
    if (other.attachment.name === attachment.name || other.channel !== channel) continue;
    if ((other.attachment.modes & MODE.presence) !== 0) return;
  }
  leave(app, connection, channel);
}
