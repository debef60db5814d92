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
/** Pings without an answer after which a peer counts as gone: 14 to 28 seconds at the usual interval. */
const MOST_UNANSWERED = 2;
/** The same for a peer that has not taken all bytes yet: a slow reader gets to the ping only after them. */
const MOST_UNANSWERED_WHILE_WAITING = 8;

const HEARTBEAT: Readonly<Record<Format, Buffer>> = {
  json: frameOf("json", { action: ACTION.heartbeat }),
  msgpack: frameOf("msgpack", { action: ACTION.heartbeat }),
};

export class Heartbeats {
  readonly #schedule: Schedule;
  readonly #connections: Iterable<Connection>;
  #task: Task | undefined;
  /** Whether sockets could be read since the last sweep. */
  #hasTurned = true;

  constructor(schedule: Schedule, connections: Iterable<Connection>) {
    this.#schedule = schedule;
    this.#connections = connections;
  }

  /** Begins to look after a connection. */
  start(connection: Connection): void {
    connection.pulse.start(sweepsBetweenLooks(connection));
    this.#task ??= this.#plan();
  }

  #plan(): Task {
    return this.#schedule.add(this.#schedule.now() + SWEEP_MS, () => this.#sweep());
  }

  #sweep(): void {
    let any = false;
    const mayCount = this.#hasTurned;
    this.#hasTurned = false;
    setImmediate(() => {
      this.#hasTurned = true;
    });
    for (const connection of this.#connections) {
      any = true;
      if (connection.pulse.isDue(sweepsBetweenLooks(connection))) look(connection, mayCount);
    }
    this.#task = any ? this.#plan() : undefined;
  }
}

/** How many sweeps lie between two looks at a connection: two looks fit into its interval, so no silence is longer. */
function sweepsBetweenLooks({ params }: Connection): number {
  return Math.max(1, Math.floor(params.heartbeatMs / 2 / SWEEP_MS));
}

/**
 * Looks at one connection. A peer that was not heard is pinged even if it was written to: who only listens to a busy
 * channel sends nothing but the answer. Silence counts only where an answer could have been read (`mayCount`).
 */
function look(connection: Connection, mayCount: boolean): void {
  const { socket, pulse } = connection;
  if (socket === undefined) return;
  const heard = socket.wasHeard() || !mayCount;
  const most = socket.waiting > 0 ? MOST_UNANSWERED_WHILE_WAITING : MOST_UNANSWERED;
  if (pulse.look(heard) >= most) {
    socket.destroy();
    return;
  }
  const active = pulse.takeActivity();
  if (active && heard) return;
  if (!active && connection.params.heartbeats) connection.deliver(HEARTBEAT[connection.format]);
  socket.ping();
  pulse.pinged();
}
