import type { App } from "../app/app.ts";
import { allows, type Capability } from "../auth/capability.ts";
import type { Attachment } from "../channel/attachment.ts";
import { modeOf } from "../channel/broadcast.ts";
import type { Channel } from "../channel/channel.ts";
import { Chain, Deltas } from "../channel/deltas.ts";
import type { ChannelEvent } from "../channel/events.ts";
import { eventFrame } from "../channel/frames.ts";
import { type ChannelName, parseChannelName } from "../channel/names.ts";
import { rewound } from "../channel/rewind.ts";
import { type ErrorInfo, errorInfo, ok, type Result, refuse } from "../errors.ts";
import { ACTION, ALL_MODES, DEFAULT_MODES, FLAG, MODE, MODE_NAMES } from "../wire/actions.ts";
import { frameOf } from "../wire/codec.ts";
import type { InboundFrame } from "../wire/frame.ts";
import { publicRecord } from "../wire/message.ts";
import type { Connection, Held } from "./connection.ts";
import { leave, leaveAs } from "./leave.ts";

/** ATTACH and DETACH: from what is asked and what is permitted to an attachment, and what the client gets first. */
type AttachFrame = Extract<InboundFrame, { action: typeof ACTION.attach }>;

/** Others are ignored and not told back. */
const KNOWN_PARAMS: ReadonlySet<string> = new Set(["rewind", "modes", "occupancy", "echo", "appendMode", "delta"]);
const PARAM_CHARS = 256;
const SYNC_PAGE = 100;

export function attach(app: App, connection: Connection, frame: AttachFrame): void {
  const attached = tryAttach(app, connection, frame);
  if (attached.ok) return;
  part(app, connection, frame.channel); // the client takes the channel for failed, whatever it was before
  connection.send({ action: ACTION.error, channel: frame.channel, error: attached.error });
}

function tryAttach(app: App, connection: Connection, frame: AttachFrame): Result<void> {
  const name = parseChannelName(frame.channel);
  if (!name.ok) return name;
  const read = knownParams(name.value.params, frame.params);
  if (!read.ok) return read;
  const params = read.value;
  const asked = askedModes(frame.flags, params.get("modes"));
  if (!asked.ok) return asked;
  const modes = grantedModes(app, connection, name.value, asked.value, params.has("occupancy"));
  if (!modes.ok) return modes;
  const old = connection.attachments.get(frame.channel);
  if (old === undefined && connection.attachments.size >= app.limits.channelsPerConnection) {
    return refuse(90010, "unable to attach; too many channels on this connection");
  }
  const channel = app.openChannel(name.value.name);
  if (!channel.ok) return channel;
  const changing = old !== undefined && !old.attachment.lossy && hasOtherOptions(old.attachment, asked.value, params);
  const position = changing && frame.channelSerial !== undefined ? channel.value.position : frame.channelSerial;
  const fresh = position === undefined && old === undefined && (frame.flags & FLAG.attachResume) === 0;
  const rewind = fresh ? rewound(channel.value, params, app) : ok([]);
  if (!rewind.ok) return rewind;
  const attachment: Attachment = {
    subscriber: connection,
    name: frame.channel,
    modes: modes.value,
    asked: asked.value,
    echo: connection.echo && params.get("echo") !== "false",
    params,
    occupancy: params.has("occupancy"),
    wholeAppends: params.get("appendMode") === "full",
    since: channel.value.position,
    deltas: params.get("delta") === "vcdiff",
    told: undefined,
    lossy: false,
  };
  const known = old !== undefined || connection.holds?.has(channel.value) === true;
  if (known && (modes.value & MODE.presence) === 0) leaveAs(app, connection, channel.value, frame.channel);
  replace(connection, old, { attachment, channel: channel.value });
  welcome(app, connection, attachment, channel.value, position, rewind.value);
  return ok(undefined);
}

/**
 * A client that changes its options goes on listening meanwhile: what is on its way to it would be told twice if it were
 * told again. One that attaches again with the same options could not use what it got, such as a delta to nothing.
 */
function hasOtherOptions(old: Attachment, asked: number, params: Params): boolean {
  if (old.asked !== asked || old.params.size !== params.size) return true;
  return [...params].some(([key, value]) => old.params.get(key) !== value);
}

/** Most attachments have none and share that. */
function knownParams(named: Params, given: Params): Result<Params> {
  if (named.size === 0 && given.size === 0) return ok(NO_PARAMS);
  const known = new Map([...named, ...given].filter(([key]) => KNOWN_PARAMS.has(key)));
  for (const [key, value] of known) {
    if (value.length > PARAM_CHARS) {
      return refuse(40003, `unable to attach; params.${key} is longer than ${PARAM_CHARS} characters`);
    }
  }
  return ok(known);
}

type Params = ReadonlyMap<string, string>;
const NO_PARAMS: Params = new Map();

/** The new one comes before the old one goes, or the channel would be empty between and disappear. */
function replace(connection: Connection, old: Held | undefined, held: Held): void {
  held.channel.attach(held.attachment);
  connection.attachments.set(held.attachment.name, held);
  connection.release(held.channel);
  if (old !== undefined) detachFrom(connection, old);
}

/** Sends ATTACHED, then who is present, then what was missed or asked for; live traffic follows by itself. */
function welcome(
  app: App,
  connection: Connection,
  attachment: Attachment,
  channel: Channel,
  position: string | undefined,
  rewind: readonly ChannelEvent[],
): void {
  const { modes } = attachment;
  const missed = position === undefined ? undefined : channel.since(position);
  const tooMany = missed !== undefined && missed.length > app.limits.resumePublishes;
  const resumed = missed !== undefined && !tooMany;
  if (resumed && position !== undefined) attachment.since = position;
  const backlog = resumed ? missed : rewind;
  const present = channel.presence.size > 0 && (modes & MODE.presenceSubscribe) !== 0;
  let flags = modes;
  if (present) flags |= FLAG.hasPresence;
  if (resumed) flags |= FLAG.resumed;
  if (backlog.length > 0) flags |= FLAG.hasBacklog;
  const error = position === undefined || resumed ? undefined : discontinuity(tooMany);
  const from = resumed && backlog.length > 0 && position !== undefined ? position : channel.position;
  tellAttached(connection, attachment, from, flags, error);
  if (present) sendSync(connection, attachment, channel);
  // Rewound messages are no ground for deltas: a client that cannot read one has no position to ask again from.
  const chain = resumed && attachment.deltas ? new Chain(new Deltas(app.limits.deltaBytes)) : undefined;
  for (const event of backlog) sendEvent(connection, attachment, event, resumed, chain);
  attachment.told = chain?.told;
  if (attachment.occupancy) app.occupancy.tell(channel, attachment);
}

function tellAttached(
  connection: Connection,
  { name, params }: Attachment,
  position: string,
  flags: number,
  error?: ErrorInfo,
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

/** Tells a client that it was told less than happened: from here on it is told everything again. */
export function tellDiscontinuity(connection: Connection, { attachment, channel }: Held): void {
  channel.flush();
  attachment.lossy = false;
  attachment.since = channel.position;
  const present = channel.presence.size > 0 && (attachment.modes & MODE.presenceSubscribe) !== 0;
  const flags = attachment.modes | (present ? FLAG.hasPresence : 0);
  const error = errorInfo(80020, "unable to deliver every message; the connection's outbound rate was exceeded");
  tellAttached(connection, attachment, channel.position, flags, error);
  if (present) sendSync(connection, attachment, channel);
}

const discontinuity = (tooMany: boolean): ErrorInfo =>
  tooMany
    ? errorInfo(90004, "unable to resume the channel; too many messages were missed")
    : errorInfo(90003, "unable to resume the channel; messages may have been missed");

/** A client asks who is present: the whole set again, for those who may know. */
export function sync(connection: Connection, channel: string): void {
  const held = connection.attachments.get(channel);
  if (held === undefined || (held.attachment.modes & MODE.presenceSubscribe) === 0) return;
  sendSync(connection, held.attachment, held.channel);
}

function sendSync(connection: Connection, attachment: Attachment, channel: Channel): void {
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

/** Replayed events move the client's position along; rewound ones lie before it. */
function sendEvent(
  connection: Connection,
  attachment: Attachment,
  event: ChannelEvent,
  replayed: boolean,
  chain: Chain | undefined,
): void {
  if ((attachment.modes & modeOf(event)) === 0) return;
  if (event.kind !== "presence" && !attachment.echo && event.connectionId === connection.connectionId) return;
  connection.deliver(frameOf(connection.format, eventFrame(event, attachment, connection.format, replayed, chain)));
}

/** Takes a connection off a channel with its members, whether it is attached or the channel only kept for it. */
export function part(app: App, connection: Connection, channel: string): void {
  const held = connection.attachments.get(channel);
  if (held !== undefined) {
    leaveAs(app, connection, held.channel, channel);
    detachFrom(connection, held);
    return;
  }
  const name = parseChannelName(channel);
  const kept = name.ok ? app.channels.find(name.value.name) : undefined;
  if (kept === undefined || connection.holds?.has(kept) !== true) return;
  leave(app, connection, kept);
  connection.release(kept);
}

/** Takes an attachment away, without a word to the client. */
export function detachFrom(connection: Connection, { attachment, channel }: Held): void {
  channel.detach(attachment);
  if (connection.attachments.get(attachment.name)?.attachment === attachment) {
    connection.attachments.delete(attachment.name);
  }
}

/** Takes account of another grant: attachments get what it covers of what they asked for, or end. */
export function reviewAttachments(app: App, connection: Connection): void {
  for (const held of [...connection.attachments.values()]) {
    const { attachment, channel } = held;
    const name = parseChannelName(attachment.name);
    if (!name.ok) continue;
    const modes = grantedModes(app, connection, name.value, attachment.asked, attachment.occupancy);
    if (modes.ok && modes.value === attachment.modes) continue;
    if (!modes.ok || (modes.value & MODE.presence) === 0) leaveAs(app, connection, channel, attachment.name);
    if (!modes.ok) {
      detachFrom(connection, held);
      connection.send({ action: ACTION.error, channel: attachment.name, error: modes.error });
      continue;
    }
    const changed = { ...attachment, modes: modes.value, since: channel.position, told: undefined };
    replace(connection, held, { attachment: changed, channel });
    tellAttached(connection, attachment, channel.position, modes.value | FLAG.resumed);
  }
}

/** What of the modes that were asked for the grant covers. */
function grantedModes(
  app: App,
  connection: Connection,
  name: ChannelName,
  asked: number,
  occupancy: boolean,
): Result<number> {
  const { capability, identity } = connection.grant;
  const { identified, mutable } = app.channels.settingsOf(name.name);
  if (identified && identity.kind === "anonymous") {
    return refuse(40161, "unable to attach; the channel is for identified clients");
  }
  let modes = asked & permittedModes(capability, name.name);
  if (name.meta) modes &= MODE.subscribe;
  if (modes === 0) return refuse(40160, "unable to attach; capability does not cover the channel");
  if ((modes & MODE.annotationSubscribe) !== 0 && !mutable) {
    return refuse(93002, "unable to attach; the namespace does not allow annotations");
  }
  if (occupancy && !allows(capability, "channel-metadata", name.name)) {
    return refuse(40160, "unable to attach; capability does not include channel-metadata");
  }
  return ok(modes);
}

function askedModes(flags: number, names: string | undefined): Result<number> {
  if (names === undefined) {
    const asked = flags & ALL_MODES;
    return ok(asked === 0 ? DEFAULT_MODES : asked);
  }
  let modes = 0;
  for (const name of names.split(",")) {
    const mode = MODE_NAMES.get(name.trim().toLowerCase());
    if (mode === undefined) return refuse(40003, "unable to attach; params.modes holds a name that is not known");
    modes |= mode;
  }
  return ok(modes);
}

function permittedModes(capability: Capability, channel: string): number {
  let modes = 0;
  if (allows(capability, "publish", channel)) modes |= MODE.publish;
  if (allows(capability, "presence", channel)) modes |= MODE.presence;
  if (allows(capability, "subscribe", channel)) modes |= MODE.subscribe | MODE.presenceSubscribe;
  if (allows(capability, "annotation-publish", channel)) modes |= MODE.annotationPublish;
  if (allows(capability, "annotation-subscribe", channel)) modes |= MODE.annotationSubscribe;
  return modes;
}
