/** Claims of a JWT beside its capability: what is said of the client on its messages, and how fast it may publish. */
import { ok, type Result, refuse } from "../errors.ts";
import { covers } from "./capability.ts";

/** Values by resource: a channel name, or a pattern as in a capability. */
export interface Claims {
  /** What the broker says of the client on its messages. It is trusted: the signer of the token wrote it. */
  readonly user: ReadonlyMap<string, string>;
  /** The messages a second that the client may publish on one attachment. */
  readonly publishRates: ReadonlyMap<string, number>;
}

const USER = "ably.channel.";
const PUBLISH_RATE = "ably.limits.publish.perAttachment.maxRate.";
/** Characters of a user claim: it goes out with each message. */
const USER_CHARS = 1024;

/** Reads the claims of a JWT; nothing when it has none of these. */
export function readClaims(payload: Readonly<Record<string, unknown>>): Result<Claims | undefined> {
  const user = new Map<string, string>();
  const publishRates = new Map<string, number>();
  for (const [name, value] of Object.entries(payload)) {
    if (name.startsWith(USER)) {
      if (typeof value !== "string" || value.length > USER_CHARS) {
        return refuse(
          40144,
          `unable to accept the JWT; a user claim is not a string of up to ${USER_CHARS} characters`,
        );
      }
      user.set(name.slice(USER.length), value);
    }
    if (name.startsWith(PUBLISH_RATE)) {
      const rate = Number(value);
      if (!(rate >= 0)) return refuse(40144, "unable to accept the JWT; a publish rate is not a number");
      publishRates.set(name.slice(PUBLISH_RATE.length), rate);
    }
  }
  return ok(user.size + publishRates.size === 0 ? undefined : { user, publishRates });
}

/** The claim for this channel: the one for its exact name, or else for the longest pattern that covers it. */
export function claimFor<T>(claims: ReadonlyMap<string, T> | undefined, channel: string): T | undefined {
  if (claims === undefined || claims.size === 0) return undefined;
  let best: string | undefined = claims.has(channel) ? channel : undefined;
  if (best === undefined) {
    for (const resource of claims.keys()) {
      if (covers(resource, channel) && resource.length > (best?.length ?? -1)) best = resource;
    }
  }
  return best === undefined ? undefined : claims.get(best);
}
