import type { Schedule, Task } from "../schedule.ts";
import { ACTION } from "../wire/actions.ts";
import { type Format, frameOf } from "../wire/codec.ts";
import type { Connection } from "./connection.ts";

/**
 * Keeps quiet connections alive and notices dead ones. One sweep a second looks at all of them; each has a countdown to
 * its own look, so that an idle connection costs a number and no timer.
 */
const SWEEP_MS = 1000;
/** Looks without a sign of life after which a peer counts as gone: about a minute at the usual interval. */
const SILENT_LOOKS = 8;

const HEARTBEAT: Readonly<Record<Format, Buffer>> = {
  json: frameOf("json", { action: ACTION.heartbeat }),
  msgpack: frameOf("msgpack", { action: ACTION.heartbeat }),
};

export class Heartbeats {
  readonly #schedule: Schedule;
  readonly #connections: Iterable<Connection>;
  #task: Task | undefined;

  constructor(schedule: Schedule, connections: Iterable<Connection>) {
    this.#schedule = schedule;
    this.#connections = connections;
  }

  /** There is a connection to look after. */
  start(connection: Connection): void {
    connection.looksUnheard = 0;
    connection.sweepsToLook = sweepsBetweenLooks(connection);
    this.#task ??= this.#plan();
  }

  #plan(): Task {
    return this.#schedule.add(this.#schedule.now() + SWEEP_MS, () => this.#sweep());
  }

  #sweep(): void {
    let any = false;
    for (const connection of this.#connections) {
      any = true;
      if (--connection.sweepsToLook > 0) continue;
      connection.sweepsToLook = sweepsBetweenLooks(connection);
      look(connection);
    }
    this.#task = any ? this.#plan() : undefined;
  }
}

/** Two looks an interval, so that the silence stays below one. */
function sweepsBetweenLooks({ heartbeatMs }: Connection): number {
  return Math.max(1, Math.floor(heartbeatMs / 2 / SWEEP_MS));
}

function look(connection: Connection): void {
  const { socket } = connection;
  if (socket === undefined) return;
  connection.looksUnheard = socket.wasHeard() ? 0 : connection.looksUnheard + 1;
  if (connection.looksUnheard > SILENT_LOOKS) {
    socket.destroy();
    return;
  }
  if (!connection.active) {
    if (connection.heartbeats) connection.deliver(HEARTBEAT[connection.format]);
    socket.ping();
  }
  connection.active = false;
}
