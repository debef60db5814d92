/** PRESENCE from a client: enter, update and leave. */
import type { App } from "../app/app.ts";
import { allows, type Capability } from "../auth/capability.ts";
import { claimFor } from "../auth/claims.ts";
import { clientIdOf, type Identity, maySpeakAs } from "../auth/grant.ts";
import { privilegeProblem } from "../channel/admit.ts";
import type { Channel } from "../channel/channel.ts";
import { parseChannelName } from "../channel/names.ts";
import { type ErrorInfo, errorInfo, ok, type Refusal, type Result, refuse } from "../errors.ts";
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
import type { Held } from "./attachments.ts";
import type { Connection } from "./connection.ts";

/** Tells the presence messages as a whole or refuses them as a whole, and answers with ACK or NACK. */
export function announce(app: App, connection: Connection, frame: PublicationFrame): void {
  const done = tryAnnounce(app, connection, frame);
  if (done.ok) connection.ack(frame.msgSerial, []);
  else connection.nack(frame.msgSerial, done.error);
}

function tryAnnounce(app: App, connection: Connection, frame: PublicationFrame): Result<void> {
  const name = parseChannelName(frame.channel);
  if (!name.ok) return name;
  const held = connection.attachments.get(frame.channel);
  const problem = announceProblem(app, connection, { channel: name.value.name, held, count: frame.items.length });
  if (problem !== undefined) return problem;
  if (held === undefined) return refuse(91001, "unable to be present; the channel is not attached");
  const { channel } = held;
  const place: Place = { app, connection, channel };
  const read = readAnnouncement(place, frame);
  if (!read.ok) return read;
  const full = roomProblem(place, read.value.after);
  if (full !== undefined) return full;
  const hurried = paceProblem(app, connection, read.value);
  if (hurried !== undefined) return hurried;
  for (const { clientId, id } of read.value.leaves) connection.departures.add(channel.name, clientId, id);
  channel.tellPresence(`${connection.connectionId}:${frame.msgSerial}`, read.value.events);
  app.presenceEvent(channel, read.value.events);
  return ok(undefined);
}

/** Why this is too much for this second. Leaves count, but are never refused: they only make room. */
function paceProblem(app: App, { account }: Connection, { events }: Announcement): Refusal | undefined {
  const excess = app.quotas.presence.take(app.now(), events.length, account);
  if (excess === undefined || events.every(({ action }) => action === PRESENCE_ACTION.leave)) return undefined;
  return refuse(42910, `unable to be present; ${OWNER[excess]} presence rate is exceeded`);
}

const OWNER = { own: "the client's", all: "the app's" } as const;

/** Who announces something, and on which channel. */
interface Place {
  readonly app: App;
  readonly connection: Connection;
  readonly channel: Channel;
}

/** Why this connection may not announce anything, or not so much at once. */
function announceProblem(
  { limits }: App,
  { grant }: Connection,
  { channel, held, count }: { channel: string; held: Held | undefined; count: number },
): Refusal | undefined {
  if (!allows(grant.capability, "presence", channel)) {
    return refuse(40160, "unable to be present; capability does not include presence");
  }
  if (held !== undefined && (held.attachment.modes & MODE.presence) === 0) {
    return refuse(40165, "unable to be present; the presence mode was not asked for");
  }
  if (held === undefined || count <= limits.messagesPerPublish) return undefined;
  return refuse(40034, "unable to be present; too many presence messages at once");
}

/** What one frame announces. */
interface Announcement {
  readonly events: readonly PresenceMessage[];
  readonly leaves: readonly PresenceMessage[];
  /** Members of this connection once the events are told; absent members are those that it does not mention. */
  readonly after: ReadonlyMap<string, PresenceMessage | undefined>;
}

function readAnnouncement(place: Place, frame: PublicationFrame): Result<Announcement> {
  const { app, connection, channel } = place;
  const events: PresenceMessage[] = [];
  const leaves: PresenceMessage[] = [];
  const after = new Map<string, PresenceMessage | undefined>();
  const member = (clientId: string): PresenceMessage | undefined =>
    after.has(clientId) ? after.get(clientId) : channel.presence.get(connection.connectionId, clientId);
  let bytes = 0;
  for (const [at, item] of frame.items.entries()) {
    const parsed = parsePresence(item);
    if (!parsed.ok) return parsed;
    const problem = extrasProblem(parsed.value, channel.name, connection.grant.capability);
    if (problem !== undefined) return { ok: false, error: problem };
    bytes += messageSize(parsed.value);
    const event = eventFor(place, parsed.value, { member, ownId: `${frame.msgSerial}:${at}` });
    if (!event.ok) return event;
    const { clientId, action, id } = event.value;
    const leaving = action === PRESENCE_ACTION.leave;
    const known = member(clientId);
    // An SDK that came back enters its members again, with the ids that they had.
    const last = id === parsed.value.id ? (known?.id ?? connection.departures.idOf(channel.name, clientId)) : undefined;
    if (last !== undefined && !isLater(id, last)) continue;
    if (leaving) leaves.push(event.value);
    if (leaving && known === undefined) continue;
    events.push(event.value);
    after.set(clientId, leaving ? undefined : event.value);
  }
  if (bytes <= app.limits.messageBytes) return ok({ events, leaves, after });
  return refuse(40009, `unable to be present; ${bytes} bytes exceed the maximum of ${app.limits.messageBytes}`);
}

/** Why the channel, or the app, has no room for the members that this brings. */
function roomProblem({ app, connection, channel }: Place, after: Announcement["after"]): Refusal | undefined {
  let joining = 0;
  let growth = 0;
  for (const [clientId, now] of after) {
    const before = channel.presence.get(connection.connectionId, clientId);
    if (now !== undefined && before === undefined) joining++;
    growth += sizeOf(now) - sizeOf(before);
  }
  if (joining > 0 && ownMembers(connection, channel) + joining > app.limits.clientPresenceMembers) {
    return refuse(91003, "unable to be present; the client has too many members on the channel");
  }
  if (channel.presence.size + joining > app.limits.presenceMembers) {
    return refuse(91003, "unable to be present; the channel has too many members");
  }
  if (growth > 0 && growth > app.presenceBytes.left) {
    return refuse(91003, "unable to be present; the members of all channels together carry too much");
  }
  return undefined;
}

/**
 * How many members the client has: by its client id, or by its connection when it may take any id. A key has no limit.
 */
function ownMembers({ account, clientId, connectionId }: Connection, { presence }: Channel): number {
  if (account === undefined) return Number.NEGATIVE_INFINITY;
  if (clientId === undefined) return presence.of(connectionId).length;
  let count = 0;
  for (const member of presence.members()) if (member.clientId === clientId) count++;
  return count;
}

const sizeOf = (member: PresenceMessage | undefined): number => (member === undefined ? 0 : messageSize(member));

/** Presence is told to everybody and every rule, unless the publisher may say otherwise. */
function extrasProblem(message: InboundPresence, channel: string, by: Capability): ErrorInfo | undefined {
  if (isEphemeral(message)) return errorInfo(40000, "unable to be present; presence cannot be ephemeral");
  return privilegeProblem(message.extras, channel, by);
}

/** What the reader of one presence message knows. */
interface Surroundings {
  /** The member with a client id, as of the messages read so far. */
  readonly member: (clientId: string) => PresenceMessage | undefined;
  /** What follows the connection id in an id that the message does not bring. */
  readonly ownId: string;
}

/** The event that one presence message brings about here. */
function eventFor(
  { app, connection, channel }: Place,
  message: InboundPresence,
  { member, ownId }: Surroundings,
): Result<PresenceMessage> {
  const clientId = speaker(connection.grant.identity, message.clientId);
  if (!clientId.ok) return clientId;
  const { connectionId } = connection;
  const known = member(clientId.value);
  const action = effectiveAction(message.action, known !== undefined);
  if (action === undefined) return refuse(40000, "unable to be present; the action is not enter, update or leave");
  const { id } = message;
  const extras = withClaim(message.extras, claimFor(connection.grant.claims?.user, channel.name));
  const { data, encoding } = action === PRESENCE_ACTION.leave ? leaveData(message, known) : message;
  return ok({
    id: id !== undefined && isIdOf(connectionId, id) ? id : `${connectionId}:${ownId}`,
    action,
    clientId: clientId.value,
    connectionId,
    timestamp: app.now(),
    ...(data !== undefined && { data }),
    ...(encoding !== undefined && { encoding }),
    ...(extras !== undefined && { extras }),
  });
}

const withClaim = (extras: InboundPresence["extras"], userClaim: string | undefined): InboundPresence["extras"] =>
  userClaim === undefined ? extras : { ...extras, userClaim };

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
