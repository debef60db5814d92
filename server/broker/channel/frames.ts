/** Frames of channel events: the protocol message that a subscriber gets for an event. */
import { ACTION, MESSAGE_ACTION } from "../wire/actions.ts";
import type { Format } from "../wire/codec.ts";
import { type Data, type Message, publicExtras, publicRecord, writable } from "../wire/message.ts";
import type { Chain } from "./deltas.ts";
import type { ChannelEvent, MessageEvent } from "./events.ts";

/** How one subscriber wants events written: under the name it attached by, appends as pieces or whole. */
export interface Reader {
  readonly name: string;
  readonly wholeAppends: boolean;
  /** The position from which on it was told everything. */
  readonly since: string;
}

/** The piece of an append; nothing for whoever wants it whole, or was not told what it is appended to. */
export function pieceFor({ wholeAppends, since }: Reader, event: ChannelEvent): Data | undefined {
  const appended = event.kind === "message" ? event.mutation?.appended : undefined;
  return appended === undefined || wholeAppends || since >= appended.after ? undefined : appended.data;
}

/** A protocol message on its way out. Fields are set one by one: this runs for every publish. */
interface OutboundEvent {
  action: number;
  id: string;
  connectionId?: string;
  channel: string;
  channelSerial?: string;
  timestamp: number;
  messages?: object[];
  presence?: object[];
  annotations?: object[];
}

const FRAME_ACTION = {
  message: ACTION.message,
  presence: ACTION.presence,
  annotation: ACTION.annotation,
} as const;

/** How an event is written. */
interface FrameOptions {
  readonly format: Format;
  /** Whether the frame moves the position of its reader on. */
  readonly position: boolean;
  /** What the reader was told before: messages may be differences to that. */
  readonly chain?: Chain | undefined;
}

/** Writes an event as the protocol message that subscribers get. */
export function eventFrame(event: ChannelEvent, reader: Reader, { format, position, chain }: FrameOptions): object {
  const action = FRAME_ACTION[event.kind];
  const frame: OutboundEvent = { action, id: event.id, channel: reader.name, timestamp: event.timestamp };
  if (event.connectionId !== undefined) frame.connectionId = event.connectionId;
  if (position) frame.channelSerial = event.position;
  if (event.kind === "presence") {
    frame.presence = event.presence.map((member) => publicRecord(member, format));
    return frame;
  }
  if (event.kind === "annotation") {
    frame.annotations = event.annotations.map((annotation) => publicRecord(annotation, format));
    return frame;
  }
  frame.messages = [];
  const outer = { event, reader };
  for (const message of event.messages) {
    const inner = innerMessage(message, outer, frame.messages.length);
    // A version is never told with other data; an append brings either the piece or the whole.
    const told =
      chain?.next({ key: `${message.version.serial}:${inner.action}`, id: message.id }, inner, format) ?? inner;
    frame.messages.push(writable(told, format));
  }
  return frame;
}

/** What the messages of one frame have in common. */
interface Outer {
  readonly event: MessageEvent;
  readonly reader: Reader;
}

/** A message inside a frame; what the SDK fills in from the frame is left out. */
function innerMessage(message: Message, { event, reader }: Outer, at: number): Partial<Message> {
  const appended = pieceFor(reader, event);
  const data = appended ?? message.data;
  const extras = publicExtras(message.extras);
  const action = appended === undefined ? message.action : MESSAGE_ACTION.append;
  const inner: Partial<Message> = { action, serial: message.serial };
  if (message.id !== `${event.id}:${at}`) inner.id = message.id;
  if (message.name !== undefined) inner.name = message.name;
  if (data !== undefined) inner.data = data;
  if (message.encoding !== undefined) inner.encoding = message.encoding;
  if (message.clientId !== undefined) inner.clientId = message.clientId;
  if (extras !== undefined) inner.extras = extras;
  if (message.annotations !== undefined) inner.annotations = message.annotations;
  if (event.mutation !== undefined || message.action !== MESSAGE_ACTION.create) {
    inner.version = message.version;
    inner.timestamp = message.timestamp;
    if (message.connectionId !== undefined) inner.connectionId = message.connectionId;
  }
  return inner;
}
