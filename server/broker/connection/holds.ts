/** Channels that are kept for a connection until it comes back to them. */
import type { Channel } from "../channel/channel.ts";

export class Holds {
  /** How to let go of each channel. Most connections never need it. */
  #letGo: Map<Channel, () => void> | undefined;

  get size(): number {
    return this.#letGo?.size ?? 0;
  }

  has(channel: Channel): boolean {
    return this.#letGo?.has(channel) === true;
  }

  /** The channels that are kept now, the longest kept first. */
  channels(): readonly Channel[] {
    return [...(this.#letGo?.keys() ?? [])];
  }

  /** Keeps a channel although nobody may be attached to it. */
  keep(channel: Channel): void {
    this.#letGo ??= new Map();
    if (!this.#letGo.has(channel)) this.#letGo.set(channel, channel.hold());
  }

  /** Lets go of a channel: the connection came back to it, or does not want it. */
  release(channel: Channel): void {
    const letGo = this.#letGo?.get(channel);
    this.#letGo?.delete(channel);
    letGo?.();
  }
}
