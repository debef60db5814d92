/** ATTACH and DETACH: from what is asked and what is permitted to an attachment. */
import type { Attachment } from "../channel/attachment.ts";
import { parseChannelName } from "../channel/names.ts";
import { NOTHING, rewound } from "../channel/rewind.ts";
import { ok, type Result, refuse } from "../errors.ts";
import { ACTION, FLAG, MODE } from "../wire/actions.ts";
import type { InboundFrame } from "../wire/frame.ts";
import { beginAttachment, tellAttached } from "./attached.ts";
import type { Held } from "./attachments.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";
import { leave, leaveAs } from "./leave.ts";
import { askedModes, grantedModes } from "./modes.ts";

type AttachFrame = Extract<InboundFrame, { action: typeof ACTION.attach }>;

/** The parameters that the broker knows. Others are ignored and not told back. */
const KNOWN_PARAMS: ReadonlySet<string> = new Set(["rewind", "modes", "occupancy", "echo", "appendMode", "delta"]);
const PARAM_CHARS = 256;

/** Attaches a connection to a channel, or tells the client why not. */
export function attach(app: Home, connection: Connection, frame: AttachFrame): void {
  const attached = tryAttach(app, connection, frame);
  if (attached.ok) return;
  part(app, connection, frame.channel); // the client takes the channel for failed, whatever it was before
  connection.send({ action: ACTION.error, channel: frame.channel, error: attached.error });
}

function tryAttach(app: Home, connection: Connection, frame: AttachFrame): Result<void> {
  const name = parseChannelName(frame.channel);
  if (!name.ok) return name;
  const read = knownParams(name.value.params, frame.params);
  if (!read.ok) return read;
  const params = read.value;
  const asked = askedModes(frame.flags, params.get("modes"));
  if (!asked.ok) return asked;
  const wish = { name: name.value, asked: asked.value, occupancy: params.has("occupancy") };
  const modes = grantedModes(app, connection, wish);
  if (!modes.ok) return modes;
  const old = connection.attachments.get(frame.channel);
  if (old === undefined && connection.attachments.size >= app.limits.channelsPerConnection) {
    return refuse(90010, "unable to attach; too many channels on this connection");
  }
  const channel = app.openChannel(name.value.name, connection.account);
  if (!channel.ok) return channel;
  const changing = old !== undefined && !old.attachment.lossy && hasOtherOptions(old.attachment, asked.value, params);
  const position = changing && frame.channelSerial !== undefined ? channel.value.position : frame.channelSerial;
  const fresh = position === undefined && old === undefined && (frame.flags & FLAG.attachResume) === 0;
  const bounds = { most: app.limits.rewindMessages, now: app.now() };
  const rewind = fresh ? rewound(channel.value, params, bounds) : ok(NOTHING);
  if (!rewind.ok) return rewind;
  const attachment: Attachment = {
    subscriber: connection,
    name: frame.channel,
    modes: modes.value,
    asked: asked.value,
    echo: connection.params.echo && params.get("echo") !== "false",
    params,
    occupancy: wish.occupancy,
    wholeAppends: params.get("appendMode") === "full",
    since: channel.value.position,
    deltas: params.get("delta") === "vcdiff",
    told: undefined,
    lossy: false,
  };
  const held: Held = { attachment, channel: channel.value };
  const known = old !== undefined || connection.holds.has(channel.value);
  if (known && (modes.value & MODE.presence) === 0) leaveAs(app, connection, held);
  replace(connection, old, held);
  beginAttachment(app, connection, { held, position, rewind: rewind.value });
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

/** The known parameters of an attachment. Most attachments have none and share one empty map. */
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

/** Adds the new attachment before it takes the old one away: a channel without attachments disappears. */
function replace(connection: Connection, old: Held | undefined, held: Held): void {
  held.channel.attach(held.attachment);
  connection.attachments.add(held);
  connection.holds.release(held.channel);
  if (old !== undefined) detachFrom(connection, old);
}

/** Takes a connection off a channel with its members, whether it is attached or the channel only kept for it. */
export function part(app: Home, connection: Connection, channel: string): void {
  const held = connection.attachments.get(channel);
  if (held !== undefined) {
    leaveAs(app, connection, held);
    detachFrom(connection, held);
    return;
  }
  const name = parseChannelName(channel);
  const kept = name.ok ? app.channels.find(name.value.name) : undefined;
  if (kept === undefined || !connection.holds.has(kept)) return;
  leave(app, connection, kept);
  connection.holds.release(kept);
}

/** Takes an attachment away, without a word to the client. */
export function detachFrom(connection: Connection, { attachment, channel }: Held): void {
  channel.detach(attachment);
  if (connection.attachments.get(attachment.name)?.attachment === attachment) {
    connection.attachments.delete(attachment.name);
  }
}

/** Holds the attachments to another grant: each gets what the grant covers of what it asked for, or ends. */
export function reviewAttachments(app: Home, connection: Connection): void {
  for (const held of connection.attachments.all()) {
    const { attachment, channel } = held;
    const name = parseChannelName(attachment.name);
    if (!name.ok) continue;
    const { asked, occupancy } = attachment;
    const modes = grantedModes(app, connection, { name: name.value, asked, occupancy });
    if (modes.ok && modes.value === attachment.modes) continue;
    if (!modes.ok || (modes.value & MODE.presence) === 0) leaveAs(app, connection, held);
    if (!modes.ok) {
      detachFrom(connection, held);
      connection.send({ action: ACTION.error, channel: attachment.name, error: modes.error });
      continue;
    }
    const changed = { ...attachment, modes: modes.value, since: channel.position, told: undefined };
    replace(connection, held, { attachment: changed, channel });
    tellAttached(connection, attachment, { position: channel.position, flags: modes.value | FLAG.resumed });
  }
}
