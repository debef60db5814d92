/** Heartbeats: keeps quiet connections alive and notices dead ones. */
import type { Schedule, Task } from "../schedule.ts";
import { ACTION } from "../wire/actions.ts";
import { type Format, frameOf } from "../wire/codec.ts";
import type { Connection } from "./connection.ts";

/**
 * One sweep a second looks at all connections; each has a countdown to its own look, so that an idle connection costs a
 * number and no timer.
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
    connection.pulse.start(sweepsBetweenLooks(connection));
    this.#task ??= this.#plan();
  }

  #plan(): Task {
    return this.#schedule.add(this.#schedule.now() + SWEEP_MS, () => this.#sweep());
  }

  #sweep(): void {
    let any = false;
    for (const connection of this.#connections) {
      any = true;
      if (connection.pulse.isDue(sweepsBetweenLooks(connection))) look(connection);
    }
    this.#task = any ? this.#plan() : undefined;
  }
}

/** Two looks an interval, so that the silence stays below one. */
function sweepsBetweenLooks({ params }: Connection): number {
  return Math.max(1, Math.floor(params.heartbeatMs / 2 / SWEEP_MS));
}

function look(connection: Connection): void {
  const { socket, pulse } = connection;
  if (socket === undefined) return;
  if (pulse.look(socket.wasHeard()) > SILENT_LOOKS) {
    socket.destroy();
    return;
  }
  if (!pulse.takeActivity()) {
    if (connection.params.heartbeats) connection.deliver(HEARTBEAT[connection.format]);
    socket.ping();
  }
}
