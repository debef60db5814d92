/** Absence: what a connection without a socket keeps for its return, and when it leaves that after all. */
import { detachFrom } from "./attach.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";
import { leave } from "./leave.ts";

/** Takes the attachments away but keeps their channels, with what will be missed. */
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

/** A lost connection stays present for a while, and so does one that is back but not yet on its channels. */
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
