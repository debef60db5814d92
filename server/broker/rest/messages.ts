/** Routes of messages: `/channels/{channel}/messages` and what lies below it. */
import { allows, type Operation } from "../auth/capability.ts";
import { claimFor } from "../auth/claims.ts";
import { admit, anonymousProblem, parseMessages } from "../channel/admit.ts";
import type { Channel } from "../channel/channel.ts";
import { findMessage, isChange } from "../channel/mutate.ts";
import { parseChannelName } from "../channel/names.ts";
import { errorInfo, ok, type Result, refuse } from "../errors.ts";
import { newId } from "../ids.ts";
import { isRecord } from "../wire/fields.ts";
import { type InboundMessage, type Message, publicRecord } from "../wire/message.ts";
import { type HistoryPage, isWithin, pageReply, readHistoryPage, readPage, takePage } from "./paging.ts";
import type { Reply } from "./reply.ts";
import type { AppRequest } from "./request.ts";

/** POST: publishes a list of messages, or one. */
export function publishRoute(request: AppRequest, channel: string): Result<Reply> {
  const name = ordinaryName(channel);
  if (!name.ok) return name;
  const items = Array.isArray(request.body) ? request.body : [request.body];
  const receipt = publishItems(request, name.value, {
    parse: () => parseMessages(items, request.app.limits),
    ephemeral: request.query.get("ephemeral") === "true",
  });
  if (!receipt.ok) return receipt;
  const { messageId, serials } = receipt.value;
  return ok({ status: 201, body: { channel, messageId, serials } });
}

/** What a REST caller publishes. */
interface Posting {
  readonly parse: () => Result<InboundMessage[]>;
  readonly ephemeral?: boolean;
  /** The number of messages that the publish counts as in the channel's rate. */
  readonly weight?: number;
}

/**
 * Publishes messages of a REST caller, to one channel or to each channel of a batch. The messages of a caller who may
 * not publish are not even read.
 */
export function publishItems(
  request: AppRequest,
  name: string,
  { parse, ephemeral = false, weight }: Posting,
): Result<{ messageId: string; serials: readonly string[] }> {
  const { app, grant } = request;
  if (request.query.get("_forceNack") === "true") return refuse(40099, "unable to publish; asked to refuse");
  if (!allows(grant.capability, "publish", name)) {
    return refuse(40160, "unable to publish; capability does not include publish");
  }
  const messages = parse();
  if (!messages.ok) return messages;
  const first = messages.value[0];
  if (first !== undefined && isChange(first)) {
    return refuse(40003, "unable to publish; a message is changed by PATCH");
  }
  const connectionKey = messages.value.find((message) => message.connectionKey !== undefined)?.connectionKey;
  const behalf = connectionKey === undefined ? undefined : app.connections.findByKey(connectionKey);
  if (connectionKey !== undefined && behalf === undefined) {
    return refuse(40006, "unable to publish; the connection key is not known");
  }
  const identity = behalf?.grant.identity ?? grant.identity;
  const problem = anonymousProblem(app.channels.settingsOf(name).identified, identity);
  if (problem !== undefined) return { ok: false, error: problem };
  const publisher = {
    identity,
    capability: grant.capability,
    account: request.account,
    userClaim: claimFor(grant.claims?.user, name),
    connectionId: behalf?.connectionId,
    defaultId: newId(app.deps.random),
    connections: app,
  };
  const publication = admit(messages.value, { channel: name, publisher, limits: app.limits, ephemeral });
  if (!publication.ok) return publication;
  const receipt = app.publish(name, weight === undefined ? publication.value : { ...publication.value, weight });
  if (!receipt.ok) return receipt;
  const own = messages.value.length === 1 ? messages.value[0]?.id : undefined;
  return ok({ messageId: own ?? `${publication.value.id}:0`, serials: receipt.value.serials });
}

/** GET: the history, latest versions at the original places. */
export function historyRoute(request: AppRequest, channel: string): Result<Reply> {
  const name = permitted(request, channel, "history");
  if (!name.ok) return name;
  const page = readHistoryPage(request.query, request.app.limits);
  if (!page.ok) return page;
  const found = request.app.channels.find(name.value);
  const messages = found === undefined ? [] : keptMessages(found, page.value);
  const taken = takePage(messages, page.value, ({ serial }) => serial);
  const body = taken.items.map((message) => publicRecord(found?.latest(message) ?? message, request.format));
  return ok(pageReply(request.query, { items: body, resource: "messages", next: taken.next }));
}

function* keptMessages(channel: Channel, page: HistoryPage): Iterable<Message> {
  const events = page.forwards ? channel.history.all() : channel.history.newestFirst();
  for (const event of events) {
    if (event.kind !== "message" || event.mutation !== undefined || !isWithin(event, page)) continue;
    yield* page.forwards ? event.messages : event.messages.toReversed();
  }
}

/** GET one message, as it is now. */
export function messageRoute(request: AppRequest, channel: string, serial: string): Result<Reply> {
  const name = permitted(request, channel, "history");
  if (!name.ok) return name;
  const found = findMessage(request.app.channels.find(name.value), serial);
  if (!found.ok) return found;
  const { channel: home, first } = found.value;
  return ok({ status: 200, body: publicRecord(home.latest(first), request.format) });
}

/** GET every version of one message. */
export function versionsRoute(request: AppRequest, channel: string, serial: string): Result<Reply> {
  const name = permitted(request, channel, "history");
  if (!name.ok) return name;
  const page = readPage(request.query, request.app.limits);
  if (!page.ok) return page;
  const found = findMessage(request.app.channels.find(name.value), serial);
  if (!found.ok) return found;
  const versions = found.value.channel.versions(found.value.first);
  const ordered = request.query.get("direction") === "backwards" ? versions.toReversed() : versions;
  const forwards = request.query.get("direction") !== "backwards";
  const taken = takePage(ordered, { ...page.value, forwards }, ({ version }) => version.serial);
  const body = taken.items.map((message) => publicRecord(message, request.format));
  return ok(pageReply(request.query, { items: body, resource: "versions", next: taken.next }));
}

/** PATCH: update, delete or append. */
export function changeRoute(request: AppRequest, channel: string, serial: string): Result<Reply> {
  const name = ordinaryName(channel);
  if (!name.ok) return name;
  if (!isRecord(request.body)) return refuse(40001, "unable to change the message; the body is not an object");
  const messages = parseMessages([{ ...request.body, serial }], request.app.limits);
  if (!messages.ok) return messages;
  const [message] = messages.value;
  if (message === undefined || !isChange(message)) {
    return refuse(40003, "unable to change the message; the action is not update, delete or append");
  }
  const receipt = changeMessage(request, name.value, message);
  if (!receipt.ok) return receipt;
  return ok({ status: 200, body: { versionSerial: receipt.value } });
}

function changeMessage(
  { app, grant, account }: AppRequest,
  name: string,
  message: InboundMessage,
): Result<string | null> {
  const { identity, capability } = grant;
  const receipt = app.change(name, message, { identity, capability, account, id: newId(app.deps.random) });
  return receipt.ok ? ok(receipt.value.serials[0] ?? null) : receipt;
}

/** Checks a name that a REST caller may publish to. */
export function ordinaryName(channel: string): Result<string> {
  const name = parseChannelName(channel);
  if (!name.ok) return name;
  if (name.value.meta) return refuse(40160, "unable to publish; the channel belongs to the broker");
  return ok(name.value.name);
}

/** Checks a name and that the caller may do this on it. */
export function permitted(request: AppRequest, channel: string, operation: Operation): Result<string> {
  const name = parseChannelName(channel);
  if (!name.ok) return name;
  if (allows(request.grant.capability, operation, name.value.name)) return ok(name.value.name);
  return { ok: false, error: errorInfo(40160, `unable to read the channel; capability does not include ${operation}`) };
}
