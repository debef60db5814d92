import { ACTION, MESSAGE_ACTION } from "../wire/actions.ts";
import type { Format } from "../wire/codec.ts";
import { type Message, type PresenceMessage, publicExtras, writable } from "../wire/message.ts";
import type { ChannelEvent, MessageEvent } from "./events.ts";

/** How one subscriber wants events written: under the name it attached by, appends as pieces or whole. */
export interface Reader {
  readonly name: string;
  readonly wholeAppends: boolean;
}

/** Writes an event as the protocol message that subscribers get. Without a position it leaves theirs where it is. */
export function eventFrame(event: ChannelEvent, reader: Reader, format: Format, position = true): object {
  const head = {
    action: event.kind === "message" ? ACTION.message : ACTION.presence,
    id: event.id,
    ...(event.connectionId !== undefined && { connectionId: event.connectionId }),
    channel: reader.name,
    ...(position && { channelSerial: event.position }),
    timestamp: event.timestamp,
  };
  return event.kind === "message"
    ? { ...head, messages: event.messages.map((message, at) => innerMessage(message, event, reader, at, format)) }
    : { ...head, presence: event.presence.map((member) => presenceRecord(member, format)) };
}

/** A message inside a frame; what the SDK fills in from the frame is left out. */
function innerMessage(message: Message, event: MessageEvent, reader: Reader, at: number, format: Format): object {
  const { id, serial, timestamp, version, connectionId, name, clientId, encoding, extras, annotations } = message;
  const appended = reader.wholeAppends ? undefined : event.mutation?.appended;
  const data = appended ?? message.data;
  const shown = publicExtras(extras);
  const changed = event.mutation !== undefined || message.action !== MESSAGE_ACTION.create;
  return writable(
    {
      ...(id !== `${event.id}:${at}` && { id }),
      ...(name !== undefined && { name }),
      ...(data !== undefined && { data }),
      ...(encoding !== undefined && { encoding }),
      ...(clientId !== undefined && { clientId }),
      ...(shown !== undefined && { extras: shown }),
      action: appended === undefined ? message.action : MESSAGE_ACTION.append,
      serial,
      ...(changed && { version, timestamp }),
      ...(changed && connectionId !== undefined && { connectionId }),
      ...(annotations !== undefined && { annotations }),
    },
    format,
  );
}

/** A message as REST answers it: every field. */
export function messageRecord(message: Message, format: Format): object {
  const { extras, ...rest } = message;
  const shown = publicExtras(extras);
  return writable(shown === undefined ? rest : { ...rest, extras: shown }, format);
}

/** A presence message as REST and SYNC carry it. */
export function presenceRecord(member: PresenceMessage, format: Format): object {
  const { extras, ...rest } = member;
  const shown = publicExtras(extras);
  return writable(shown === undefined ? rest : { ...rest, extras: shown }, format);
}
