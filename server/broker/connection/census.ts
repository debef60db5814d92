/** A census of connections: how many there are of each client and from each address. */
import type { Origin } from "./connection.ts";

export class Census {
  readonly #ofClient = new Map<string, number>();
  readonly #ofAddress = new Map<string, number>();

  ofClient({ account }: Origin): number {
    // Clients without an id are one account for each address, and counted by address.
    return account?.startsWith("client:") === true ? (this.#ofClient.get(account) ?? 0) : 0;
  }

  ofAddress({ address }: Origin): number {
    return this.#ofAddress.get(address) ?? 0;
  }

  add(origin: Origin): void {
    this.#change(origin, 1);
  }

  remove(origin: Origin): void {
    this.#change(origin, -1);
  }

  /** Counts a connection, or counts it no more. A connection by key is not counted. */
  #change({ account, address }: Origin, by: 1 | -1): void {
    if (account === undefined) return;
    change(this.#ofClient, account, by);
    change(this.#ofAddress, address, by);
  }
}

function change(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
