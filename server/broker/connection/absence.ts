/** Absence: what a connection without a socket keeps for its return, and when it leaves that after all. */
import { detachFrom } from "./attach.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";
import { leave } from "./leave.ts";

/** Takes the attachments away but keeps their channels, with what will be missed. */
export function keepChannels(app: Home, connection: Connection): void {
  const { holds } = connection;
  for (const held of [...connection.attachments.values()]) {
    holds.keep(held.channel);
    detachFrom(connection, held);
  }
  for (const channel of holds.channels()) {
    if (holds.size <= app.limits.channelsPerConnection) break;
    leave(app, connection, channel);
    holds.release(channel);
  }
}

/** A lost connection stays present for a while, and so does one that is back but not yet on its channels. */
export function planLeave(app: Home, connection: Connection, forGood: boolean): void {
  const { leaving, holds, params } = connection;
  const { schedule } = app.deps;
  leaving.clear(schedule);
  if (holds.size === 0) return;
  leaving.set(schedule, app.now() + params.remainPresentMs, () => leaveKept(app, connection, forGood));
}

/** Takes a connection off the channels that it did not come back to; `forGood`: it does not want them any more. */
export function leaveKept(app: Home, connection: Connection, forGood: boolean): void {
  for (const channel of connection.holds.channels()) {
    leave(app, connection, channel);
    if (forGood) connection.holds.release(channel);
  }
}
