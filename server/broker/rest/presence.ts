/** Routes of presence and of the status of a channel. */
import type { Channel } from "../channel/channel.ts";
import { metricsOf } from "../channel/occupancy.ts";
import { ok, type Result } from "../errors.ts";
import { type PresenceMessage, publicRecord } from "../wire/message.ts";
import { permitted } from "./messages.ts";
import { type HistoryPage, isWithin, pageReply, readHistoryPage, readPage, takePage } from "./paging.ts";
import type { Reply } from "./reply.ts";
import type { AppRequest } from "./request.ts";

/** GET `/channels/{channel}/presence`: who is there. */
export function presenceRoute(request: AppRequest, channel: string): Result<Reply> {
  const name = permitted(request, channel, "subscribe");
  if (!name.ok) return name;
  const page = readPage(request.query, request.app.limits);
  if (!page.ok) return page;
  const members = [...(request.app.channels.find(name.value)?.presence.members() ?? [])]
    .filter((member) => matches(member, request.query))
    .sort((a, b) => (memberKey(a) < memberKey(b) ? -1 : 1));
  const taken = takePage(members, { ...page.value, forwards: true }, memberKey);
  const body = taken.items.map((member) => publicRecord(member, request.format));
  return ok(pageReply(request.query, { items: body, resource: "presence", next: taken.next }));
}

const memberKey = (member: PresenceMessage): string => `${member.clientId} ${member.connectionId}`;

/** Whether a member was asked for. The Ruby SDK writes the names with an underscore, and Ably understands it. */
function matches(member: PresenceMessage, query: URLSearchParams): boolean {
  const clientId = query.get("clientId") ?? query.get("client_id");
  const connectionId = query.get("connectionId") ?? query.get("connection_id");
  return (
    (clientId ?? member.clientId) === member.clientId && (connectionId ?? member.connectionId) === member.connectionId
  );
}

/** GET `/channels/{channel}/presence/history`. */
export function presenceHistoryRoute(request: AppRequest, channel: string): Result<Reply> {
  const name = permitted(request, channel, "history");
  if (!name.ok) return name;
  const page = readHistoryPage(request.query, request.app.limits);
  if (!page.ok) return page;
  const found = request.app.channels.find(name.value);
  const events = found === undefined ? [] : keptPresence(found, page.value);
  const taken = takePage(events, page.value, ({ cursor }) => cursor);
  const body = taken.items.map(({ member }) => publicRecord(member, request.format));
  return ok(pageReply(request.query, { items: body, resource: "history", next: taken.next }));
}

function* keptPresence(channel: Channel, page: HistoryPage): Iterable<{ member: PresenceMessage; cursor: string }> {
  for (const event of page.forwards ? channel.history.all() : channel.history.newestFirst()) {
    if (event.kind !== "presence" || !isWithin(event, page)) continue;
    const members = event.presence.map((member, at) => ({
      member,
      cursor: `${event.position}:${String(at).padStart(4, "0")}`,
    }));
    yield* page.forwards ? members : members.reverse();
  }
}

/** GET `/channels/{channel}`: its occupancy. The request itself makes a channel active for a moment, as at Ably. */
export function statusRoute(request: AppRequest, channel: string): Result<Reply> {
  const name = permitted(request, channel, "channel-metadata");
  if (!name.ok) return name;
  const opened = request.app.openChannel(name.value, request.account);
  return opened.ok ? ok({ status: 200, body: channelDetails(opened.value) }) : opened;
}

/** What is told of a channel that is active. */
export function channelDetails(channel: Channel): object {
  const occupancy = { metrics: metricsOf(channel) };
  return { channelId: channel.name, name: channel.name, status: { isActive: true, occupancy } };
}
