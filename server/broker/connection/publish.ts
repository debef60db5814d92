/** MESSAGE from a client: new messages and changes of old ones. */
import type { App } from "../app/app.ts";
import { allows } from "../auth/capability.ts";
import { claimFor } from "../auth/claims.ts";
import { admit, anonymousProblem, type Publisher, parseMessages } from "../channel/admit.ts";
import { isChange } from "../channel/mutate.ts";
import { parseChannelName } from "../channel/names.ts";
import type { Receipt } from "../channel/publication.ts";
import { type Refusal, type Result, refuse } from "../errors.ts";
import { MODE } from "../wire/actions.ts";
import type { PublicationFrame } from "../wire/frame.ts";
import type { InboundMessage } from "../wire/message.ts";
import type { Connection } from "./connection.ts";

/** Admits the messages as a whole or refuses them as a whole, and answers with ACK or NACK. */
export function publish(app: App, connection: Connection, frame: PublicationFrame): void {
  const receipt = tryPublish(app, connection, frame);
  if (!receipt.ok) {
    connection.nack(frame.msgSerial, receipt.error);
    return;
  }
  connection.ack(frame.msgSerial, receipt.value.serials);
}

function tryPublish(app: App, connection: Connection, frame: PublicationFrame): Result<Receipt> {
  const name = parseChannelName(frame.channel);
  if (!name.ok) return name;
  if (name.value.meta) return refuse(40160, "unable to publish; the channel belongs to the broker");
  const messages = parseMessages(frame.items, app.limits);
  if (!messages.ok) return messages;
  const first = messages.value[0];
  if (first !== undefined && isChange(first)) {
    const { msgSerial } = frame;
    return tryChange(app, connection, { channel: name.value.name, messages: messages.value, msgSerial });
  }
  const refusal = mayPublish(connection, { alias: frame.channel, channel: name.value.name }, "publish");
  if (refusal !== undefined) return refusal;
  const limited = tokenRateProblem(app, connection, {
    channel: name.value.name,
    count: messages.value.length,
  });
  if (limited !== undefined) return limited;
  const publisher = publisherOf(app, connection, { msgSerial: frame.msgSerial, channel: name.value.name });
  const problem = anonymousProblem(app.channels.settingsOf(name.value.name).identified, publisher.identity);
  if (problem !== undefined) return { ok: false, error: problem };
  const publication = admit(messages.value, { channel: name.value.name, publisher, limits: app.limits });
  if (!publication.ok) return publication;
  return app.publish(name.value.name, publication.value);
}

/** Whoever publishes on this channel with this frame. */
export function publisherOf(
  app: App,
  { grant, connectionId, account }: Connection,
  { msgSerial, channel }: { msgSerial: number; channel: string },
): Publisher {
  const { identity, capability, claims } = grant;
  const userClaim = claimFor(claims?.user, channel);
  return {
    identity,
    capability,
    connectionId,
    account,
    userClaim,
    defaultId: `${connectionId}:${msgSerial}`,
    connections: app,
  };
}

/** Why the token of this connection does not let it publish so much on this channel now. */
function tokenRateProblem(
  app: App,
  connection: Connection,
  { channel, count }: { channel: string; count: number },
): Refusal | undefined {
  const most = claimFor(connection.grant.claims?.publishRates, channel);
  if (most === undefined) return undefined;
  const now = app.now();
  if (connection.onChannels.count(channel, now) + count > most) {
    return refuse(42911, "unable to publish; the rate that the token allows on the channel is exceeded");
  }
  connection.onChannels.add(channel, now, count);
  return undefined;
}

const MODE_OF = { publish: MODE.publish, "annotation-publish": MODE.annotationPublish } as const;

/** Attached publishing is decided by the mode that was granted, any other by the capability alone. */
export function mayPublish(
  connection: Connection,
  { alias, channel }: { alias: string; channel: string },
  operation: keyof typeof MODE_OF,
): Refusal | undefined {
  const held = connection.attachments.get(alias);
  if (held !== undefined && (held.attachment.modes & MODE_OF[operation]) !== 0) return undefined;
  if (!allows(connection.grant.capability, operation, channel)) {
    return refuse(40160, `unable to publish; capability does not include ${operation}`);
  }
  return held === undefined ? undefined : refuse(40165, `unable to publish; the ${operation} mode was not asked for`);
}

/** A publish that changes a message. */
interface ChangeRequest {
  readonly channel: string;
  readonly messages: readonly InboundMessage[];
  readonly msgSerial: number;
}

function tryChange(app: App, connection: Connection, { channel, messages, msgSerial }: ChangeRequest): Result<Receipt> {
  const [message, ...others] = messages;
  if (message === undefined || others.length > 0) {
    return refuse(40003, "unable to change the message; a change needs a publish of its own");
  }
  const limited = tokenRateProblem(app, connection, { channel, count: 1 });
  if (limited !== undefined) return limited;
  const { identity, capability } = connection.grant;
  const { connectionId, account } = connection;
  return app.change(channel, message, {
    identity,
    capability,
    connectionId,
    account,
    id: `${connectionId}:${msgSerial}`,
  });
}
