/** Route of the list of channels: `GET /channels`. */
import { allows } from "../auth/capability.ts";
import { ok, type Result, refuse } from "../errors.ts";
import { pageReply, readPage, takePage } from "./paging.ts";
import { channelDetails } from "./presence.ts";
import type { Reply } from "./reply.ts";
import type { AppRequest } from "./request.ts";

/** GET `/channels`: which channels are there. */
export function enumerateRoute(request: AppRequest): Result<Reply> {
  const { app, grant, query } = request;
  if (!allows(grant.capability, "channel-metadata", "*")) {
    return refuse(40160, "unable to list channels; capability does not include channel-metadata on *");
  }
  const page = readPage(query, app.limits);
  if (!page.ok) return page;
  const prefix = query.get("prefix") ?? "";
  const channels = [...app.channels.all()]
    .filter(({ name }) => name.startsWith(prefix) && !name.startsWith("["))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const taken = takePage(channels, { ...page.value, forwards: true }, ({ name }) => name);
  const byId = query.get("by") === "id";
  const body = taken.items.map((channel) => (byId ? channel.name : channelDetails(channel)));
  return ok(pageReply(query, { items: body, resource: "channels", next: taken.next }));
}
