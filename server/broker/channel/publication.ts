/** Publications: what a channel takes from a publisher, what the publisher is told, and the event that comes of it. */
import { messageSerial } from "../ids.ts";
import { MESSAGE_ACTION } from "../wire/actions.ts";
import type { InboundMessage, Message } from "../wire/message.ts";
import type { MessageEvent } from "./events.ts";

/** A publish that was admitted: checked, with the publisher's client id stamped. */
export interface Publication {
  /** The base of the ids inside, and the key of idempotency. */
  readonly id: string;
  readonly messages: readonly InboundMessage[];
  readonly connectionId?: string | undefined;
  readonly ephemeral: boolean;
  /** The account that the publish counts towards. */
  readonly account?: string | undefined;
  /** For how many messages the publish counts in the channel's rate; as many as it holds when absent. */
  readonly weight?: number | undefined;
  readonly bytes: number;
}

/** What a publisher is told. */
export interface Receipt {
  readonly serials: readonly string[];
  /** Absent when this was a repeat. */
  readonly event?: MessageEvent;
}

/** An event while it is put together. */
type MutableMessageEvent = { -readonly [Field in keyof MessageEvent]: MessageEvent[Field] };

/** The event of new messages, with the broker's stamps. */
export function publicationEvent(publication: Publication, position: string, timestamp: number): MessageEvent {
  const { id, connectionId, bytes } = publication;
  const single = publication.messages.length === 1;
  // Mapped, not pushed: what is kept for minutes should be no larger than it has to be.
  const messages = publication.messages.map((message, at) => {
    const messageId = single && message.id !== undefined ? message.id : `${id}:${at}`;
    return stamped(message, { id: messageId, serial: messageSerial(position, at), timestamp, connectionId });
  });
  const event: MutableMessageEvent = { kind: "message", position, id, timestamp, bytes, messages };
  if (connectionId !== undefined) event.connectionId = connectionId;
  if (publication.ephemeral) event.ephemeral = true;
  return event;
}

interface Stamps {
  readonly id: string;
  readonly serial: string;
  readonly timestamp: number;
  readonly connectionId: string | undefined;
}

/** A new message with the broker's stamps. Field by field: every publish comes through here. */
function stamped({ name, clientId, data, encoding, extras }: InboundMessage, stamps: Stamps): Message {
  const { id, serial, timestamp, connectionId } = stamps;
  const message: Message = { id, serial, timestamp, action: MESSAGE_ACTION.create, version: { serial, timestamp } };
  if (name !== undefined) message.name = name;
  if (clientId !== undefined) message.clientId = clientId;
  if (connectionId !== undefined) message.connectionId = connectionId;
  if (data !== undefined) message.data = data;
  if (encoding !== undefined) message.encoding = encoding;
  if (extras !== undefined) message.extras = extras;
  return message;
}
