/** Channel modes: what an attachment asks for, and what of it a grant covers. */
import { allows, type Capability } from "../auth/capability.ts";
import type { ChannelName } from "../channel/names.ts";
import { ok, type Result, refuse } from "../errors.ts";
import { ALL_MODES, DEFAULT_MODES, MODE, MODE_NAMES } from "../wire/actions.ts";
import type { Connection } from "./connection.ts";
import type { Home } from "./home.ts";

/** What a client asks for on one channel. */
export interface Wish {
  readonly name: ChannelName;
  /** Bits of MODE. */
  readonly asked: number;
  /** Whether it wants to be told of occupancy. */
  readonly occupancy: boolean;
}

const OBJECT_MODES = MODE.objectSubscribe | MODE.objectPublish;

/** The modes that a client asks for, by flags or by the names in `params.modes`. */
export function askedModes(flags: number, names: string | undefined): Result<number> {
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

/** The modes that were asked for and that the grant covers. */
export function grantedModes(app: Home, connection: Connection, { name, asked, occupancy }: Wish): Result<number> {
  const { capability, identity } = connection.grant;
  const { identified, mutable } = app.channels.settingsOf(name.name);
  if (identified && identity.kind === "anonymous") {
    return refuse(40161, "unable to attach; the channel is for identified clients");
  }
  if ((asked & ~OBJECT_MODES) === 0) {
    return refuse(40000, "unable to attach; only modes of objects were asked for, and this broker has no objects");
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

function permittedModes(capability: Capability, channel: string): number {
  let modes = 0;
  if (allows(capability, "publish", channel)) modes |= MODE.publish;
  if (allows(capability, "presence", channel)) modes |= MODE.presence;
  if (allows(capability, "subscribe", channel)) modes |= MODE.subscribe | MODE.presenceSubscribe;
  if (allows(capability, "annotation-publish", channel)) modes |= MODE.annotationPublish;
  if (allows(capability, "annotation-subscribe", channel)) modes |= MODE.annotationSubscribe;
  return modes;
}
