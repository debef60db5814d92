/** Routes of annotations: `/channels/{channel}/messages/{serial}/annotations`. */
import { allows } from "../auth/capability.ts";
import { parseAnnotations } from "../channel/annotate.ts";
import { findMessage } from "../channel/mutate.ts";
import { ok, type Result, refuse } from "../errors.ts";
import { newId } from "../ids.ts";
import { publicRecord } from "../wire/message.ts";
import { ordinaryName, permitted } from "./messages.ts";
import { pageReply, readPage, takePage } from "./paging.ts";
import type { Reply } from "./reply.ts";
import type { AppRequest } from "./request.ts";

/** POST `/channels/{channel}/messages/{serial}/annotations`: a list of annotations, or one. */
export function annotateRoute(request: AppRequest, channel: string, serial: string): Result<Reply> {
  const { app, grant, account, body } = request;
  const name = ordinaryName(channel);
  if (!name.ok) return name;
  if (!allows(grant.capability, "annotation-publish", name.value)) {
    return refuse(40160, "unable to annotate; capability does not include annotation-publish");
  }
  const annotations = parseAnnotations(Array.isArray(body) ? body : [body], app.limits, serial);
  if (!annotations.ok) return annotations;
  if (annotations.value.some(({ messageSerial }) => messageSerial !== serial)) {
    return refuse(40003, "unable to annotate; messageSerial is not the one in the path");
  }
  const { identity, capability } = grant;
  const publisher = { identity, capability, account, defaultId: newId(app.deps.random), connections: app };
  const serials = app.annotate(name.value, annotations.value, publisher);
  if (!serials.ok) return serials;
  return ok({ status: 201, body: { channel, messageSerial: serial, serials: serials.value } });
}

/** GET: the annotations of one message as they came, oldest first. */
export function annotationsRoute(request: AppRequest, channel: string, serial: string): Result<Reply> {
  const name = permitted(request, channel, "annotation-subscribe");
  if (!name.ok) return name;
  if (!request.app.channels.settingsOf(name.value).mutable) {
    return refuse(93002, "unable to read annotations; the namespace does not allow them");
  }
  const page = readPage(request.query, request.app.limits);
  if (!page.ok) return page;
  const found = findMessage(request.app.channels.find(name.value), serial);
  if (!found.ok) return found;
  const annotations = found.value.channel.annotations(found.value.first);
  const taken = takePage(annotations, { ...page.value, forwards: true }, (annotation) => annotation.serial);
  const body = taken.items.map((annotation) => publicRecord(annotation, request.format));
  return ok(pageReply(request.query, { items: body, resource: "annotations", next: taken.next }));
}
