/**
 * One turn of the event loop. What channels and connections have to say during a turn is gathered and written once at
 * its end, channels first, because they hand their bytes to connections. An eight-message burst is one write a socket.
 */
export interface Flushable {
  /** `alone`: nobody else has anything to say in this turn, so a connection may write at once. */
  flush(alone: boolean): void;
}

export class Turn {
  #channels: Flushable[] = [];
  #connections: Flushable[] = [];
  readonly #afters: (() => void)[] = [];
  readonly #defer: (task: () => void) => void;
  #scheduled = false;

  constructor(defer: (task: () => void) => void = setImmediate) {
    this.#defer = defer;
  }

  /** `channel` has something to hand to its connections; ask once a turn. */
  channel(channel: Flushable): void {
    this.#channels.push(channel);
    this.#schedule();
  }

  /** `connection` has something to write; ask once a turn. */
  connection(connection: Flushable): void {
    this.#connections.push(connection);
    this.#schedule();
  }

  /** Runs `task` when everything of this turn is written: nobody waits for it. */
  after(task: () => void): void {
    this.#afters.push(task);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#defer(() => this.end());
  }

  /** Writes what was gathered. */
  end(): void {
    this.#scheduled = false;
    const channels = this.#channels;
    this.#channels = [];
    for (const channel of channels) channel.flush(channels.length === 1);
    const connections = this.#connections;
    this.#connections = [];
    for (const connection of connections) connection.flush(true);
    for (const task of this.#afters.splice(0)) task();
  }
}
