/**
 * Which members a client took off itself, and by which message. A client that loses its connection during a leave
 * repeats the leave when it is back, and the SDK then enters again all that it knew of before: without this the
 * member would stay.
 */
const MOST_CHARS = 8192;

export class Departures {
  readonly #ids = new Map<string, string>();
  #chars = 0;

  /** Notes a leave; beyond a few kilobytes the oldest are forgotten. */
  add(channel: string, clientId: string, id: string): void {
    const key = keyOf(channel, clientId);
    this.#forget(key);
    this.#ids.set(key, id);
    this.#chars += key.length + id.length;
    for (const oldest of this.#ids.keys()) {
      if (this.#chars <= MOST_CHARS) return;
      this.#forget(oldest);
    }
  }

  /** The id of the last leave of this member. */
  idOf(channel: string, clientId: string): string | undefined {
    return this.#ids.get(keyOf(channel, clientId));
  }

  #forget(key: string): void {
    const id = this.#ids.get(key);
    if (id === undefined) return;
    this.#ids.delete(key);
    this.#chars -= key.length + id.length;
  }
}

/** No channel has a line break in its name. */
const keyOf = (channel: string, clientId: string): string => `${channel}\n${clientId}`;
