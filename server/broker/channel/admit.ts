/** Admission of new messages: what a publish must be before a channel takes it. */
import { allows, type Capability } from "../auth/capability.ts";
import { clientIdOf, type Identity, maySpeakAs } from "../auth/grant.ts";
import { type ErrorInfo, errorInfo, ok, type Result, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { MESSAGE_ACTION } from "../wire/actions.ts";
import { type Extras, type InboundMessage, isEphemeral, messageSize, parseMessage } from "../wire/message.ts";
import type { Publication } from "./publication.ts";

/** Who publishes, as far as admission is concerned. */
export interface Publisher {
  readonly identity: Identity;
  readonly capability: Capability;
  readonly connectionId?: string | undefined;
  /** What the token says of the client on this channel. */
  readonly userClaim?: string | undefined;
  /** The account that the publish counts towards. */
  readonly account: string | undefined;
  /** The base of the ids when the messages bring none. */
  readonly defaultId: string;
  /** Tells whether an id claims to come from another connection. */
  readonly connections: { isForeignId(base: string, own: string | undefined): boolean };
}

/** Reads the messages of one publish. */
export function parseMessages(items: readonly unknown[], limits: Limits): Result<InboundMessage[]> {
  if (items.length === 0) return refuse(40000, "unable to publish; there is no message");
  if (items.length > limits.messagesPerPublish) return refuse(40034, "unable to publish; too many messages at once");
  const messages: InboundMessage[] = [];
  for (const item of items) {
    const message = parseMessage(item);
    if (!message.ok) return message;
    messages.push(message.value);
  }
  return ok(messages);
}

/** Why a client without a client id may not publish here: a namespace can be for identified clients only. */
export function anonymousProblem(identified: boolean, identity: Identity): ErrorInfo | undefined {
  if (!identified || identity.kind !== "anonymous") return undefined;
  return errorInfo(40161, "unable to publish; the channel is for identified clients");
}

/** Where messages are to go, and whose they are. */
interface Admission {
  readonly channel: string;
  readonly publisher: Publisher;
  readonly limits: Limits;
  /** Whether the whole publish is asked to be ephemeral. */
  readonly ephemeral?: boolean;
}

/** Checks new messages as a whole and stamps the publisher's client id on them. */
export function admit(
  messages: readonly InboundMessage[],
  { channel, publisher, limits, ephemeral: ephemeralRequest = false }: Admission,
): Result<Publication> {
  let bytes = 0;
  let ephemeral = 0;
  for (const message of messages) {
    if (message.action !== MESSAGE_ACTION.create) {
      return refuse(40003, "unable to publish; an action other than create needs a publish of its own");
    }
    const problem =
      clientIdProblem(message, publisher.identity) ?? privilegeProblem(message.extras, channel, publisher.capability);
    if (problem !== undefined) return { ok: false, error: problem };
    bytes += messageSize(message);
    if (ephemeralRequest || isEphemeral(message)) ephemeral++;
  }
  if (bytes > limits.messageBytes) {
    return refuse(40009, `unable to publish; ${bytes} bytes exceed the maximum of ${limits.messageBytes}`);
  }
  if (ephemeral !== 0 && ephemeral !== messages.length) {
    return refuse(40000, "unable to publish; ephemeral and ordinary messages cannot go together");
  }
  const id = baseId(messages, publisher);
  if (!id.ok) return id;
  const clientId = clientIdOf(publisher.identity);
  if (clientId !== undefined) for (const message of messages) message.clientId = clientId;
  const { userClaim } = publisher;
  if (userClaim !== undefined) for (const message of messages) message.extras = { ...message.extras, userClaim };
  const { connectionId, account } = publisher;
  return ok({ id: id.value, messages, connectionId, account, ephemeral: ephemeral !== 0, bytes });
}

/** Why the publisher may not give its message this client id. */
export function clientIdProblem(message: { clientId?: string }, identity: Identity): ErrorInfo | undefined {
  if (message.clientId === undefined || maySpeakAs(identity, message.clientId)) return undefined;
  return errorInfo(40012, "unable to publish; the client id is not one that these credentials may use");
}

/** Why these extras are refused: `privileged` needs a capability of its own. */
export function privilegeProblem(extras: Extras | undefined, channel: string, by: Capability): ErrorInfo | undefined {
  if (extras?.privileged === undefined || allows(by, "privileged-headers", channel)) return undefined;
  return errorInfo(40160, "unable to publish; capability does not include privileged-headers");
}

/** The id of the whole publish: one message gives its own, several give the base that they share. */
export function baseId(messages: readonly { id?: string }[], publisher: Publisher): Result<string> {
  const first = messages[0]?.id;
  if (first === undefined && (messages.length === 1 || messages.every(({ id }) => id === undefined))) {
    return ok(publisher.defaultId);
  }
  if (first === undefined || first === "") return refuse(40031, "unable to publish; a message id is missing or empty");
  const single = messages.length === 1;
  const base = !single && first.endsWith(":0") ? first.slice(0, -2) : first;
  const regular = single || messages.every(({ id }, at) => id === `${base}:${at}`);
  if (!regular) return refuse(40031, "unable to publish; ids of one publish must share a base and count from 0");
  if (publisher.connections.isForeignId(base, publisher.connectionId))
    return refuse(40031, "unable to publish; the id belongs to another connection");
  return ok(base);
}
