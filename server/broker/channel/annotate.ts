/** Admission of annotations: what they must be before a channel takes them. */
import { clientIdOf } from "../auth/grant.ts";
import { type ErrorInfo, errorInfo, ok, type Result, refuse } from "../errors.ts";
import type { Limits } from "../limits.ts";
import { type InboundAnnotation, parseAnnotation } from "../wire/annotation.ts";
import { isEphemeral, messageSize } from "../wire/message.ts";
import { anonymousProblem, baseId, clientIdProblem, type Publisher, privilegeProblem } from "./admit.ts";
import type { Place } from "./place.ts";
import { countsClients, needsName } from "./summary.ts";

/** Reads the annotations of one publish; those that name no message are of the one with `serial`. */
export function parseAnnotations(
  items: readonly unknown[],
  limits: Limits,
  serial?: string,
): Result<InboundAnnotation[]> {
  if (items.length === 0) return refuse(40000, "unable to annotate; there is no annotation");
  if (items.length > limits.messagesPerPublish)
    return refuse(40034, "unable to annotate; too many annotations at once");
  const annotations: InboundAnnotation[] = [];
  for (const item of items) {
    const annotation = parseAnnotation(item, serial);
    if (!annotation.ok) return annotation;
    annotations.push(annotation.value);
  }
  return ok(annotations);
}

/** Annotates a message: may this publisher do so, and what comes of it. All of the annotations or none. */
export function annotate(
  { name, channel, settings }: Place,
  annotations: readonly InboundAnnotation[],
  { by, limits }: { by: Publisher; limits: Limits },
): Result<readonly string[]> {
  const { mutable, identified } = settings;
  if (!mutable) return refuse(93002, "unable to annotate; the namespace does not allow it");
  const anonymous = anonymousProblem(identified, by.identity);
  if (anonymous !== undefined) return { ok: false, error: anonymous };
  const serial = annotations[0]?.messageSerial ?? "";
  const clientId = clientIdOf(by.identity);
  let bytes = 0;
  for (const annotation of annotations) {
    if (annotation.messageSerial !== serial) {
      return refuse(40003, "unable to annotate; annotations of one publish must be of the same message");
    }
    const problem =
      clientIdProblem(annotation, by.identity) ??
      privilegeProblem(annotation.extras, name, by.capability) ??
      annotationProblem(annotation, annotation.clientId ?? clientId, limits);
    if (problem !== undefined) return { ok: false, error: problem };
    bytes += messageSize(annotation);
  }
  if (bytes > limits.messageBytes) {
    return refuse(40009, `unable to annotate; ${bytes} bytes exceed the maximum of ${limits.messageBytes}`);
  }
  const id = baseId(annotations, by);
  if (!id.ok) return id;
  if (channel?.original(serial) === undefined) {
    return refuse(40400, "unable to annotate; there is no message with this serial");
  }
  if (clientId !== undefined) for (const annotation of annotations) annotation.clientId = clientId;
  const { connectionId, account } = by;
  return channel.annotate({ id: id.value, messageSerial: serial, annotations, connectionId, account, bytes });
}

/** Why an annotation of this client cannot be counted or kept. */
function annotationProblem(
  annotation: InboundAnnotation,
  clientId: string | undefined,
  { annotationChars, annotationCount }: Limits,
): ErrorInfo | undefined {
  const { type, name, count } = annotation;
  if (isEphemeral(annotation)) return errorInfo(40000, "unable to annotate; an annotation cannot be ephemeral");
  if (type.length > annotationChars || (name !== undefined && name.length > annotationChars)) {
    return errorInfo(40003, `unable to annotate; type or name is longer than ${annotationChars} characters`);
  }
  if (count !== undefined && (count < 1 || count > annotationCount)) {
    return errorInfo(40003, `unable to annotate; count is not between 1 and ${annotationCount}`);
  }
  if (needsName(annotation) && (name === undefined || name === "")) {
    return errorInfo(40003, "unable to annotate; annotations of this type need a name");
  }
  if (countsClients(type) && clientId === undefined) {
    return errorInfo(40161, "unable to annotate; annotations of this type need an identified client");
  }
  return undefined;
}
