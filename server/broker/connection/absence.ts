/** Absence: the channels that a connection without a socket keeps for its return, and when it leaves them after all. */
import { detachFrom } from "./attach.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";
import { leave } from "./leave.ts";

/** Takes the attachments away but keeps their channels, and with them the messages that the connection misses. */
export function keepChannels(app: Home, connection: Connection): void {
  for (const held of connection.attachments.all()) {
    connection.keep(held.channel);
    detachFrom(connection, held);
  }
  const { holds } = connection;
  for (const channel of holds.channels()) {
    if (holds.size <= app.limits.channelsPerConnection) break;
    leave(app, connection, channel);
    holds.release(channel);
  }
}

/** Plans when the members leave of a connection that is lost, or is back but not yet on its channels. */
export function planLeave(app: Home, connection: Connection, forGood: boolean): void {
  const { holds, params } = connection;
  connection.callOff("leaving");
  if (holds.size === 0) return;
  connection.plan("leaving", app.now() + params.remainPresentMs, () => leaveKept(app, connection, forGood));
}

/** Takes a connection off the channels that it did not come back to; `forGood`: it does not want them any more. */
export function leaveKept(app: Home, connection: Connection, forGood: boolean): void {
  for (const channel of connection.holds.channels()) {
    leave(app, connection, channel);
    if (forGood) connection.holds.release(channel);
  }
}
