/** Versions of messages, and what a change makes of one. */
import { MESSAGE_ACTION } from "../wire/actions.ts";
import { type InboundMessage, type Message, publicExtras } from "../wire/message.ts";

/** Later versions of messages, by the serial of the message. The first version lies in the history. */
export class Versions {
  readonly #versions = new Map<string, Message[]>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#versions.size === 0;
  }

  latest(message: Message): Message {
    return this.#versions.get(message.serial)?.at(-1) ?? message;
  }

  /** All versions, oldest first. */
  of(message: Message): readonly Message[] {
    return [message, ...(this.#versions.get(message.serial) ?? [])];
  }

  add(version: Message): void {
    const versions = this.#versions.get(version.serial);
    if (versions === undefined) this.#versions.set(version.serial, [version]);
    else {
      versions.push(version);
      if (versions.length > this.#max) versions.shift();
    }
  }

  /** Forgets all versions. */
  clear(): void {
    this.#versions.clear();
  }

  forget(serial: string): void {
    this.#versions.delete(serial);
  }
}

/**
 * The message after a change: fields that are given replace the old ones, the others stay, and an append is added to the
 * end of the data. What an earlier publisher told the broker (`extras.privileged`) counted for that version only.
 */
export function applyChange(current: Message, change: InboundMessage): Message {
  const { name, data, encoding, extras } = change;
  const next: Message = { ...current, action: change.action };
  if (name !== undefined) next.name = name;
  const kept = withClaim(extras, current) ?? publicExtras(current.extras);
  if (kept === undefined) delete next.extras;
  else next.extras = kept;
  if (data === undefined) return next;
  if (change.action === MESSAGE_ACTION.append) {
    next.action = MESSAGE_ACTION.update;
    next.data = joined(current.data, data);
    return next;
  }
  next.data = data;
  if (encoding === undefined) delete next.encoding;
  else next.encoding = encoding;
  return next;
}

/** The new extras with the old claim: what was said of the author stays when a change brings other extras. */
function withClaim(extras: Message["extras"], { extras: before }: Message): Message["extras"] {
  const userClaim = before?.userClaim;
  return extras === undefined || userClaim === undefined ? extras : { ...extras, userClaim };
}

function joined(a: Message["data"], b: string | Buffer): string | Buffer {
  if (a === undefined) return b;
  if (typeof a === "string" && typeof b === "string") return a + b;
  return Buffer.concat([Buffer.from(a), Buffer.from(b)]);
}
