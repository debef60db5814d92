/** The presence set of one channel. */
import type { Budget } from "../budget.ts";
import { messageSize, type PresenceMessage } from "../wire/message.ts";

/** Who is present on one channel: a member is a client id on a connection. Pure: knows no channel and no clock. */
export class PresenceSet {
  readonly #byConnection = new Map<string, Map<string, PresenceMessage>>();
  readonly #bytes: Budget;
  #size = 0;

  /** `bytes` counts what the members carry. */
  constructor(bytes: Budget) {
    this.#bytes = bytes;
  }

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
    const known = members.get(member.clientId);
    if (known === undefined) this.#size++;
    else this.#bytes.give(messageSize(known));
    this.#bytes.take(messageSize(member));
    members.set(member.clientId, member);
  }

  /** Answers whether there was such a member. */
  remove(connectionId: string, clientId: string): boolean {
    const members = this.#byConnection.get(connectionId);
    const known = members?.get(clientId);
    if (members === undefined || known === undefined) return false;
    members.delete(clientId);
    this.#bytes.give(messageSize(known));
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
