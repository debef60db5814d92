/** ANNOTATION from a client. */
import type { App } from "../app/app.ts";
import { parseAnnotations } from "../channel/annotate.ts";
import { parseChannelName } from "../channel/names.ts";
import { type Result, refuse } from "../errors.ts";
import type { PublicationFrame } from "../wire/frame.ts";
import type { Connection } from "./connection.ts";
import { mayPublish, publisherOf } from "./publish.ts";

/** Admits the annotations as a whole or refuses them as a whole, and answers with ACK or NACK. */
export function annotate(app: App, connection: Connection, frame: PublicationFrame): void {
  const serials = tryAnnotate(app, connection, frame);
  if (serials.ok) connection.ack(frame.msgSerial, serials.value);
  else connection.nack(frame.msgSerial, serials.error);
}

function tryAnnotate(app: App, connection: Connection, frame: PublicationFrame): Result<readonly string[]> {
  const name = parseChannelName(frame.channel);
  if (!name.ok) return name;
  if (name.value.meta) return refuse(40160, "unable to annotate; the channel belongs to the broker");
  const annotations = parseAnnotations(frame.items, app.limits);
  if (!annotations.ok) return annotations;
  const refusal = mayPublish(connection, { alias: frame.channel, channel: name.value.name }, "annotation-publish");
  if (refusal !== undefined) return refusal;
  return app.annotate(
    name.value.name,
    annotations.value,
    publisherOf(app, connection, { msgSerial: frame.msgSerial, channel: name.value.name }),
  );
}
