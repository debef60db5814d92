import type { App } from "../app/app.ts";
import { allows, type Capability } from "../auth/capability.ts";
import { clientIdOf, type Identity, maySpeakAs } from "../auth/grant.ts";
import { privilegeProblem } from "../channel/admit.ts";
import { parseChannelName } from "../channel/names.ts";
import { type ErrorInfo, errorInfo, ok, type Result, refuse } from "../errors.ts";
import { isIdOf, isLater } from "../presence/member-id.ts";
import { MODE, PRESENCE_ACTION } from "../wire/actions.ts";
import type { PublicationFrame } from "../wire/frame.ts";
import {
  type InboundPresence,
  isEphemeral,
  messageSize,
  type PresenceMessage,
  parsePresence,
} from "../wire/message.ts";
import type { Connection } from "./connection.ts";

/** PRESENCE from a client: enter, update and leave, as a whole or not at all. */
export function announce(app: App, connection: Connection, frame: PublicationFrame): void {
  const done = tryAnnounce(app, connection, frame);
  if (done.ok) connection.ack(frame.msgSerial, []);
  else connection.nack(frame.msgSerial, done.error);
}

function tryAnnounce(app: App, connection: Connection, frame: PublicationFrame): Result<void> {
  const name = parseChannelName(frame.channel);
  if (!name.ok) return name;
  const held = connection.attachments.get(frame.channel);
  if (!allows(connection.grant.capability, "presence", name.value.name)) {
    return refuse(40160, "unable to be present; capability does not include presence");
  }
  if (held === undefined) return refuse(91001, "unable to be present; the channel is not attached");
  if ((held.attachment.modes & MODE.presence) === 0) {
    return refuse(40165, "unable to be present; the presence mode was not asked for");
  }
  if (frame.items.length > app.limits.messagesPerPublish) {
    return refuse(40034, "unable to be present; too many presence messages at once");
  }
  const { channel } = held;
  const events: PresenceMessage[] = [];
  const before = (clientId: string): PresenceMessage | undefined =>
    channel.presence.get(connection.connectionId, clientId);
  /** Who of this connection is present once the messages read so far are told. */
  const after = new Map<string, PresenceMessage | undefined>();
  const member = (clientId: string): PresenceMessage | undefined =>
    after.has(clientId) ? after.get(clientId) : before(clientId);
  const leaves: PresenceMessage[] = [];
  let bytes = 0;
  for (const [at, item] of frame.items.entries()) {
    const parsed = parsePresence(item);
    if (!parsed.ok) return parsed;
    const problem = extrasProblem(parsed.value, name.value.name, connection.grant.capability);
    if (problem !== undefined) return { ok: false, error: problem };
    bytes += messageSize(parsed.value);
    const event = eventFor(app, connection, member, frame, parsed.value, at);
    if (!event.ok) return event;
    const { clientId, action, id } = event.value;
    const leaving = action === PRESENCE_ACTION.leave;
    const known = member(clientId);
    // Said with the id of an earlier message: a member that is entered again by an SDK that came back.
    const last = id === parsed.value.id ? (known?.id ?? connection.departures.idOf(channel.name, clientId)) : undefined;
    if (last !== undefined && !isLater(id, last)) continue;
    if (leaving) leaves.push(event.value);
    if (leaving && known === undefined) continue;
    events.push(event.value);
    after.set(clientId, leaving ? undefined : event.value);
  }
  if (bytes > app.limits.messageBytes) {
    return refuse(40009, `unable to be present; ${bytes} bytes exceed the maximum of ${app.limits.messageBytes}`);
  }
  const joining = [...after].filter(([clientId, now]) => now !== undefined && before(clientId) === undefined);
  if (channel.presence.size + joining.length > app.limits.presenceMembers) {
    return refuse(91003, "unable to be present; the channel has too many members");
  }
  let growth = 0;
  for (const [clientId, now] of after) growth += sizeOf(now) - sizeOf(before(clientId));
  if (growth > 0 && growth > app.presenceBytes.left) {
    return refuse(91003, "unable to be present; the members of all channels together carry too much");
  }
  for (const { clientId, id } of leaves) connection.departures.add(channel.name, clientId, id);
  channel.tellPresence(`${connection.connectionId}:${frame.msgSerial}`, events);
  app.presenceEvent(channel, events);
  return ok(undefined);
}

const sizeOf = (member: PresenceMessage | undefined): number => (member === undefined ? 0 : messageSize(member));

/** Presence is told to everybody and every rule, unless the publisher may say otherwise. */
function extrasProblem(message: InboundPresence, channel: string, by: Capability): ErrorInfo | undefined {
  if (isEphemeral(message)) return errorInfo(40000, "unable to be present; presence cannot be ephemeral");
  return privilegeProblem(message.extras, channel, by);
}

/** What one presence message means here. */
function eventFor(
  app: App,
  connection: Connection,
  member: (clientId: string) => PresenceMessage | undefined,
  frame: PublicationFrame,
  message: InboundPresence,
  at: number,
): Result<PresenceMessage> {
  const clientId = speaker(connection.grant.identity, message.clientId);
  if (!clientId.ok) return clientId;
  const { connectionId } = connection;
  const known = member(clientId.value);
  const action = effectiveAction(message.action, known !== undefined);
  if (action === undefined) return refuse(40000, "unable to be present; the action is not enter, update or leave");
  const { id, extras } = message;
  const { data, encoding } = action === PRESENCE_ACTION.leave ? leaveData(message, known) : message;
  return ok({
    id: id !== undefined && isIdOf(connectionId, id) ? id : `${connectionId}:${frame.msgSerial}:${at}`,
    action,
    clientId: clientId.value,
    connectionId,
    timestamp: app.now(),
    ...(data !== undefined && { data }),
    ...(encoding !== undefined && { encoding }),
    ...(extras !== undefined && { extras }),
  });
}

/** A leave that says nothing repeats what the member said last. */
function leaveData(message: InboundPresence, known: PresenceMessage | undefined): Partial<PresenceMessage> {
  return message.data === undefined && known !== undefined ? known : message;
}

function effectiveAction(action: number, known: boolean): number | undefined {
  switch (action) {
    case PRESENCE_ACTION.enter:
    case PRESENCE_ACTION.present:
      return PRESENCE_ACTION.enter;
    case PRESENCE_ACTION.update:
      return known ? PRESENCE_ACTION.update : PRESENCE_ACTION.enter;
    case PRESENCE_ACTION.leave:
      return PRESENCE_ACTION.leave;
    default:
      return undefined;
  }
}

function speaker(identity: Identity, asked: string | undefined): Result<string> {
  const own = clientIdOf(identity);
  if (asked === undefined || asked === "") {
    return own === undefined ? refuse(91000, "unable to be present; the client has no client id") : ok(own);
  }
  if (maySpeakAs(identity, asked)) return ok(asked);
  return refuse(40012, "unable to be present; the client id is not one that these credentials may use");
}
