/** ATTACHED and SYNC: what a client is told when its attachment to a channel begins. */
import type { Attachment } from "../channel/attachment.ts";
import { modeOf } from "../channel/broadcast.ts";
import { Chain, Deltas } from "../channel/deltas.ts";
import type { ChannelEvent } from "../channel/events.ts";
import { eventFrame } from "../channel/frames.ts";
import type { Rewind } from "../channel/rewind.ts";
import { type ErrorInfo, errorInfo } from "../errors.ts";
import { ACTION, FLAG, MODE } from "../wire/actions.ts";
import { frameOf } from "../wire/codec.ts";
import { publicRecord } from "../wire/message.ts";
import type { Held } from "./attachments.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";

/** Members in one SYNC. */
const SYNC_PAGE = 100;

/** What an attachment begins with. */
export interface Beginning {
  readonly held: Held;
  /** The position up to which the client was told everything, where it knows one. */
  readonly position: string | undefined;
  /** Earlier messages that it asked for. */
  readonly rewind: Rewind;
}

/** Sends ATTACHED, then who is present, then what was missed or asked for; live traffic follows by itself. */
export function beginAttachment(app: Home, connection: Connection, { held, position, rewind }: Beginning): void {
  const { attachment, channel } = held;
  const missed = position === undefined ? undefined : channel.since(position);
  const tooMany = missed !== undefined && missed.length > app.limits.resumePublishes;
  const resumed = missed !== undefined && !tooMany;
  if (resumed && position !== undefined) attachment.since = position;
  const backlog = resumed ? missed : rewind.events;
  const error = position === undefined || resumed ? cutRewind(rewind) : discontinuity(tooMany);
  const from = resumed && backlog.length > 0 && position !== undefined ? position : channel.position;
  const present = isPresenceShown(held);
  tellAttached(connection, attachment, {
    position: from,
    flags:
      attachment.modes |
      (present ? FLAG.hasPresence : 0) |
      (resumed ? FLAG.resumed : 0) |
      (backlog.length > 0 ? FLAG.hasBacklog : 0),
    ...(error !== undefined && { error }),
  });
  if (present) sendSync(connection, held);
  // Rewound messages go whole: a client that cannot read a delta among them has no position to ask again from.
  const chain = resumed && attachment.deltas ? new Chain(new Deltas(app.limits.deltaBytes)) : undefined;
  const telling = { attachment, replayed: resumed, chain };
  for (const event of backlog) sendEvent(connection, event, telling);
  attachment.told = chain?.told;
  if (attachment.occupancy) app.occupancy.tell(channel, attachment);
}

const isPresenceShown = ({ attachment, channel }: Held): boolean =>
  channel.presence.size > 0 && (attachment.modes & MODE.presenceSubscribe) !== 0;

const cutRewind = ({ isCut, events }: Rewind): ErrorInfo | undefined =>
  isCut ? errorInfo(90004, `unable to rewind so far; only the newest ${events.length} publishes are told`) : undefined;

const discontinuity = (tooMany: boolean): ErrorInfo =>
  tooMany
    ? errorInfo(90004, "unable to resume the channel; too many messages were missed")
    : errorInfo(90003, "unable to resume the channel; messages may have been missed");

/** What ATTACHED says of an attachment. */
interface AttachedState {
  readonly position: string;
  readonly flags: number;
  readonly error?: ErrorInfo;
}

/** Sends ATTACHED. */
export function tellAttached(
  connection: Connection,
  { name, params }: Attachment,
  { position, flags, error }: AttachedState,
): void {
  connection.send({
    action: ACTION.attached,
    channel: name,
    channelSerial: position,
    flags,
    ...(params.size > 0 && { params: Object.fromEntries(params) }),
    ...(error !== undefined && { error }),
  });
}

/** Tells a client that it missed something; from here on it gets everything again. */
export function tellDiscontinuity(connection: Connection, held: Held): void {
  const { attachment, channel } = held;
  channel.flush();
  attachment.lossy = false;
  attachment.since = channel.position;
  const present = isPresenceShown(held);
  const flags = attachment.modes | (present ? FLAG.hasPresence : 0);
  const error = errorInfo(80020, "unable to deliver every message; the connection's outbound rate was exceeded");
  tellAttached(connection, attachment, { position: channel.position, flags, error });
  if (present) sendSync(connection, held);
}

/** Answers a client that asks who is present: the whole set again, if it may know. */
export function sync(connection: Connection, channel: string): void {
  const held = connection.attachments.get(channel);
  if (held === undefined || (held.attachment.modes & MODE.presenceSubscribe) === 0) return;
  sendSync(connection, held);
}

function sendSync(connection: Connection, { attachment, channel }: Held): void {
  channel.flush();
  const members = [...channel.presence.members()];
  for (let at = 0; at === 0 || at < members.length; at += SYNC_PAGE) {
    const next = at + SYNC_PAGE < members.length ? String(at + SYNC_PAGE) : "";
    connection.send({
      action: ACTION.sync,
      channel: attachment.name,
      channelSerial: `${channel.position.replace(/[^\w-]/g, "-")}:${next}`,
      presence: members.slice(at, at + SYNC_PAGE).map((member) => publicRecord(member, connection.format)),
    });
  }
}

/** How earlier events are told to an attachment. */
interface Telling {
  readonly attachment: Attachment;
  /** Replayed events move the client's position along; rewound ones lie before it. */
  readonly replayed: boolean;
  readonly chain: Chain | undefined;
}

function sendEvent(connection: Connection, event: ChannelEvent, { attachment, replayed, chain }: Telling): void {
  if ((attachment.modes & modeOf(event)) === 0) return;
  if (event.kind !== "presence" && !attachment.echo && event.connectionId === connection.connectionId) return;
  const { format } = connection;
  connection.deliver(frameOf(format, eventFrame(event, attachment, { format, position: replayed, chain })));
}
