/** Events of a channel: what is broadcast, kept and replayed, in the order of positions. */
import type { Annotation } from "../wire/annotation.ts";
import type { Data, Message, PresenceMessage } from "../wire/message.ts";

/** Something that happened on a channel. */
export type ChannelEvent = MessageEvent | PresenceEvent | AnnotationEvent;

/** An event as the history keeps it. A summary is kept as a mark only: it is made again when it is told. */
export type KeptEvent = ChannelEvent | SummaryMark;

interface EventBase {
  /** The place on the channel; whoever was told this event resumes from here. */
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
  /** Present for a later version of a message: it is replayed, and is no entry of the history of its own. */
  readonly mutation?: { readonly appended?: Appended };
  /** The event is told to whoever is attached now, and then forgotten. */
  readonly ephemeral?: true;
}

/** The piece that was appended, and the position of the version that it was appended to. */
interface Appended {
  readonly data: Data;
  readonly after: string;
}

/** Annotations that were published together, all of one message. */
export interface AnnotationEvent extends EventBase {
  readonly kind: "annotation";
  readonly annotations: readonly Annotation[];
}

export interface SummaryMark extends EventBase {
  readonly kind: "summary";
  readonly messageSerial: string;
}

interface PresenceEvent extends EventBase {
  readonly kind: "presence";
  readonly presence: readonly PresenceMessage[];
}
