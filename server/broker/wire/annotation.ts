/** Annotations on the wire: reads what a client sends. */
import { type Result, refuse } from "../errors.ts";
import { ANNOTATION_ACTION } from "./actions.ts";
import { Fields } from "./fields.ts";
import { checked, type Data, type Extras, type Inbound, readCommon } from "./message.ts";

/** Annotations of messages, as a client sends them. */
export interface InboundAnnotation extends Inbound {
  action: number;
  type: string;
  messageSerial: string;
  name?: string;
  count?: number;
}

/** An annotation as the broker keeps it. */
export interface Annotation {
  readonly id: string;
  readonly serial: string;
  readonly messageSerial: string;
  readonly timestamp: number;
  readonly action: number;
  readonly type: string;
  readonly name?: string;
  readonly count?: number;
  readonly clientId?: string;
  readonly connectionId?: string;
  readonly data?: Data;
  readonly encoding?: string;
  readonly extras?: Extras;
}

/** Reads one annotation. `serial` names its message where it names none itself; without an action it is a create. */
export function parseAnnotation(value: unknown, serial = ""): Result<InboundAnnotation> {
  const fields = new Fields(value, "annotation");
  const action = fields.integer("action") ?? ANNOTATION_ACTION.create;
  const type = fields.string("type");
  const messageSerial = fields.string("messageSerial") ?? serial;
  const annotation: InboundAnnotation = { action, type: type ?? "", messageSerial };
  readCommon(fields, annotation);
  const name = fields.string("name");
  const count = fields.integer("count");
  if (name !== undefined) annotation.name = name;
  if (count !== undefined) annotation.count = count;
  if (annotation.clientId === "") delete annotation.clientId; // an empty client id is none, to Ably
  const read = checked(fields, annotation);
  if (!read.ok) return read;
  if (annotation.type === "") return refuse(40003, "unable to read the annotation; type is missing");
  if (messageSerial === "") return refuse(40003, "unable to read the annotation; messageSerial is missing");
  if (action !== ANNOTATION_ACTION.create && action !== ANNOTATION_ACTION.delete) {
    return refuse(40003, "unable to read the annotation; the action is neither create nor delete");
  }
  return read;
}
