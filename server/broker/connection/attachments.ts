/** The attachments of a connection, by the name that the client attached by. */
import type { Attachment } from "../channel/attachment.ts";
import type { Channel } from "../channel/channel.ts";

/** An attachment with the channel that it is to. */
export interface Held {
  readonly attachment: Attachment;
  readonly channel: Channel;
}

/**
 * Most connections have one attachment. It is kept without a map, which would cost more than the rest of the
 * connection.
 */
export class Attachments {
  #held: Held | Map<string, Held> | undefined;

  get size(): number {
    if (this.#held === undefined) return 0;
    return this.#held instanceof Map ? this.#held.size : 1;
  }

  get(name: string): Held | undefined {
    if (this.#held instanceof Map) return this.#held.get(name);
    return this.#held?.attachment.name === name ? this.#held : undefined;
  }

  /** Adds an attachment, in place of one by the same name. */
  add(held: Held): void {
    const { name } = held.attachment;
    if (this.#held instanceof Map) this.#held.set(name, held);
    else if (this.#held === undefined || this.#held.attachment.name === name) this.#held = held;
    else {
      this.#held = new Map([
        [this.#held.attachment.name, this.#held],
        [name, held],
      ]);
    }
  }

  delete(name: string): void {
    if (this.#held instanceof Map) this.#held.delete(name);
    else if (this.#held?.attachment.name === name) this.#held = undefined;
  }

  /** All attachments as they are now; what happens to them later does not change the answer. */
  all(): readonly Held[] {
    if (this.#held === undefined) return [];
    return this.#held instanceof Map ? [...this.#held.values()] : [this.#held];
  }
}
