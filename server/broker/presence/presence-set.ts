import type { PresenceMessage } from "../wire/message.ts";

/** Who is present on one channel: a member is a client id on a connection. Pure: knows no channel and no clock. */
export class PresenceSet {
  readonly #byConnection = new Map<string, Map<string, PresenceMessage>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get connections(): number {
    return this.#byConnection.size;
  }

  get(connectionId: string, clientId: string): PresenceMessage | undefined {
    return this.#byConnection.get(connectionId)?.get(clientId);
  }

  put(member: PresenceMessage): void {
    let members = this.#byConnection.get(member.connectionId);
    if (members === undefined) {
      members = new Map();
      this.#byConnection.set(member.connectionId, members);
    }
    if (!members.has(member.clientId)) this.#size++;
    members.set(member.clientId, member);
  }

  /** Answers whether there was such a member. */
  remove(connectionId: string, clientId: string): boolean {
    const members = this.#byConnection.get(connectionId);
    if (members?.delete(clientId) !== true) return false;
    if (members.size === 0) this.#byConnection.delete(connectionId);
    this.#size--;
    return true;
  }

  of(connectionId: string): readonly PresenceMessage[] {
    return [...(this.#byConnection.get(connectionId)?.values() ?? [])];
  }

  *members(): Iterable<PresenceMessage> {
    for (const members of this.#byConnection.values()) yield* members.values();
  }
}
