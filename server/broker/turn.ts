/**
 * One turn of the event loop. What channels and connections have to say during a turn is gathered and written once at
 * its end, channels first, because they hand their bytes to connections. An eight-message burst is one write a socket.
 * Where there is a journal, what the turn changed is committed first; while that lasts, clients are not listened to.
 */
export interface Flushable {
  /** `alone`: nobody else has anything to say in this turn, so a connection may write at once. */
  flush(alone: boolean): void;
}

/** Whoever answers to publishes. */
export interface Answerable extends Flushable {
  /** Refuses what was to be confirmed: it could not be kept. */
  refuse(): void;
}

/** Commits what the turn changed: whether that worked, or `undefined` when there was nothing. */
interface Commits {
  readonly hasChanges: boolean;
  commit(): Promise<boolean> | undefined;
}

/** What comes after the turn; `otherwise` in place of it when the turn was not committed. */
interface After {
  readonly task: () => void;
  readonly otherwise: (() => void) | undefined;
}

export class Turn {
  #channels: Flushable[] = [];
  #connections: Answerable[] = [];
  readonly #afters: After[] = [];
  readonly #defer: (task: () => void) => void;
  #scheduled = false;
  #journal: Commits | undefined;
  #commit: Promise<void> | undefined;
  #held: (() => void)[] = [];
  #heldBytes = 0;

  constructor(defer: (task: () => void) => void = setImmediate) {
    this.#defer = defer;
  }

  /** From now on a turn is told when it was committed. */
  commitTo(journal: Commits): void {
    this.#journal = journal;
  }

  /** Whether a turn is being committed; what clients say meanwhile is to be held. */
  get isCommitting(): boolean {
    return this.#commit !== undefined;
  }

  /** Whether this turn, or the last, holds something that may still be refused. */
  get isUncommitted(): boolean {
    return this.#commit !== undefined || this.#journal?.hasChanges === true;
  }

  /** How many bytes of clients are held. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** `channel` has something to hand to its connections; ask once a turn. */
  channel(channel: Flushable): void {
    this.#channels.push(channel);
    this.wake();
  }

  /** `connection` has something to write; ask once a turn. */
  connection(connection: Answerable): void {
    this.#connections.push(connection);
    this.wake();
  }

  /** Runs `task` when everything of this turn is written: nobody waits for it. */
  after(task: () => void, otherwise?: () => void): void {
    this.#afters.push({ task, otherwise });
    this.wake();
  }

  /** Runs `task`, or has it run when the commit under way is over; tasks keep their order. */
  hold(bytes: number, task: () => void): void {
    if (this.#commit === undefined) {
      task();
      return;
    }
    this.#heldBytes += bytes;
    this.#held.push(task);
  }

  /** Resolves when clients are listened to. */
  free(): Promise<void> {
    return new Promise((resolve) => this.hold(0, resolve));
  }

  /** Resolves when this turn is committed, with whether that worked. */
  async committed(): Promise<boolean> {
    if (!this.isUncommitted) return true;
    return await new Promise((resolve) =>
      this.after(
        () => resolve(true),
        () => resolve(false),
      ),
    );
  }

  /** Has the turn end. */
  wake(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#defer(() => this.end());
  }

  /** Writes what was gathered, once it is committed. */
  end(): void {
    this.#scheduled = false;
    if (this.#commit !== undefined) return;
    const commit = this.#journal?.commit();
    if (commit === undefined) {
      this.#flush();
      for (const { task } of this.#afters.splice(0)) task();
      return;
    }
    const afters = this.#afters.splice(0); // others come with what the next commit holds
    this.#commit = commit.then((isCommitted) => {
      this.#commit = undefined;
      if (!isCommitted) this.#refuse();
      this.#flush();
      for (const { task, otherwise } of afters) (isCommitted ? task : otherwise)?.();
      const held = this.#held;
      this.#held = [];
      this.#heldBytes = 0;
      for (const task of held) task();
      this.wake();
    });
  }

  /** Ends turns until there is nothing left to write or to commit. */
  async settle(): Promise<void> {
    for (this.end(); this.#commit !== undefined; this.end()) await this.#commit;
  }

  #flush(): void {
    const channels = this.#channels;
    this.#channels = [];
    for (const channel of channels) channel.flush(channels.length === 1);
    const connections = this.#connections;
    this.#connections = [];
    for (const connection of connections) connection.flush(true);
  }

  #refuse(): void {
    const connections = this.#connections;
    this.#connections = [];
    for (const connection of connections) connection.refuse();
  }
}
