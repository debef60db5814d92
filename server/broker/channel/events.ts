import type { Data, Message, PresenceMessage } from "../wire/message.ts";

/** What happens on a channel, in the order of positions: what is broadcast, kept, and replayed. */
export type ChannelEvent = MessageEvent | PresenceEvent;

interface EventBase {
  /** Where on the channel; also the resume position after it. */
  readonly position: string;
  /** The protocol message's id: the base of the ids inside. */
  readonly id: string;
  readonly timestamp: number;
  /** The size of what the publisher brought, as limits count it. */
  readonly bytes: number;
  /** Absent for what came over REST or from the broker itself. */
  readonly connectionId?: string;
}

export interface MessageEvent extends EventBase {
  readonly kind: "message";
  readonly messages: readonly Message[];
  /** Of a later version: replayed, but not an entry of the history of its own. An append names the piece. */
  readonly mutation?: { readonly appended?: Data | undefined };
  /** Told to those attached now and then forgotten. */
  readonly ephemeral?: true;
}

export interface PresenceEvent extends EventBase {
  readonly kind: "presence";
  readonly presence: readonly PresenceMessage[];
}
