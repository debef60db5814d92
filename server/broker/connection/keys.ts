/** The keys of one connection: whoever shows one comes back to it. */
import { newId, type Random } from "../ids.ts";

const KEY_BYTES = 12;

export interface KeptKeys {
  readonly current: string;
  readonly former?: string;
  readonly handedOver: boolean;
}

export class ConnectionKeys {
  readonly connectionId: string;
  readonly #random: Random;
  #current: string;
  /** The key before this one, while it is still good. */
  #former: string | undefined;
  /** Whether it was another client that came back with that key. */
  #handedOver = false;

  /** `kept`: the keys of a connection that a broker before this one made. */
  constructor(random: Random, kept?: { readonly connectionId: string; readonly keys: KeptKeys }) {
    this.connectionId = kept?.connectionId ?? newId(random);
    this.#random = random;
    this.#current = kept?.keys.current ?? this.#newKey();
    this.#former = kept?.keys.former;
    this.#handedOver = kept?.keys.handedOver === true;
  }

  /** What has to be kept of them. */
  get kept(): KeptKeys {
    const former = this.#former;
    return { current: this.#current, handedOver: this.#handedOver, ...(former !== undefined && { former }) };
  }

  get current(): string {
    return this.#current;
  }

  /**
   * Whether a client may come back with this key. The one before the current one is good until the client is heard from,
   * because the answer that brought the new key may have got lost. A connection that was handed over is not given back
   * while the new client is there.
   */
  fits(key: string, isConnected: boolean): boolean {
    if (key === this.#current) return true;
    return key === this.#former && !(this.#handedOver && isConnected);
  }

  /** Makes another key after `former` was shown (RTN15e); `handedOver`: by another client. */
  replace(former: string, handedOver: boolean): void {
    this.#current = this.#newKey();
    this.#former = former;
    this.#handedOver = handedOver;
  }

  /** The client was heard from, so it knows the current key: whoever handed the connection over cannot take it back. */
  heard(): void {
    if (this.#handedOver) this.#former = undefined;
  }

  #newKey(): string {
    return `${this.connectionId}!${newId(this.#random, KEY_BYTES)}`;
  }
}
