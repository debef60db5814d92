/** Messages and presence messages on the wire: reads what a client sends, and writes what goes out. */
import { ok, type Result, refuse } from "../errors.ts";
import { MESSAGE_ACTION } from "./actions.ts";
import type { Format } from "./codec.ts";
import { Fields, isJson, isRecord } from "./fields.ts";

/** Inside the broker `data` is text or binary: never an object, never base64 of something that could be binary. */
export type Data = string | Buffer;
export type Extras = Readonly<Record<string, unknown>>;

/** The fields that a message, a presence message and an annotation have in common when a client sends them. */
export interface Inbound {
  id?: string;
  clientId?: string;
  data?: Data;
  encoding?: string;
  extras?: Extras;
}

export interface VersionNote {
  clientId?: string;
  description?: string;
  metadata?: Extras;
}

export interface InboundMessage extends Inbound {
  name?: string;
  action: number;
  serial?: string;
  version?: VersionNote;
  /** The key of the connection on whose behalf REST publishes; only REST takes it. */
  connectionKey?: string;
}

export interface InboundPresence extends Inbound {
  action: number;
}

interface Version extends VersionNote {
  serial: string;
  timestamp: number;
}

/** A message as the broker keeps it. */
export interface Message {
  id: string;
  serial: string;
  timestamp: number;
  action: number;
  version: Version;
  name?: string;
  clientId?: string;
  connectionId?: string;
  data?: Data;
  encoding?: string;
  extras?: Extras;
  annotations?: { summary: Record<string, unknown> };
}

/** A presence message as the broker keeps it. */
export interface PresenceMessage {
  id: string;
  action: number;
  clientId: string;
  connectionId: string;
  timestamp: number;
  data?: Data;
  encoding?: string;
  extras?: Extras;
}

const EXTRAS_KEYS: ReadonlySet<string> = new Set(["headers", "push", "ephemeral", "privileged", "ref", "delta"]);
/** A member may have `locks` besides: `@ably/spaces` keeps the locks of a member there. */
const PRESENCE_EXTRAS_KEYS: ReadonlySet<string> = new Set([...EXTRAS_KEYS, "locks"]);
const EXTRAS_DEPTH = 16;
/** Characters of an id, and of an encoding: both are kept and sent on, but count toward no size. */
const LABEL_CHARS = 256;
const BASE64 = "base64";
const LINE_BREAK = /\r?\n/g;

/** Reads one message of a publish; the surplus fields of the SDK (`size`) are left behind. */
export function parseMessage(value: unknown): Result<InboundMessage> {
  const fields = new Fields(value, "message");
  const message: InboundMessage = { action: fields.integer("action") ?? MESSAGE_ACTION.create };
  readCommon(fields, message);
  const name = fields.string("name");
  const serial = fields.string("serial");
  const connectionKey = fields.string("connectionKey");
  const version = fields.record("version");
  if (name !== undefined) message.name = name;
  if (serial !== undefined) message.serial = serial;
  if (connectionKey !== undefined) message.connectionKey = connectionKey;
  if (version !== undefined) message.version = readVersion(fields, version);
  return checked(fields, message);
}

/** Reads one presence message. */
export function parsePresence(value: unknown): Result<InboundPresence> {
  const fields = new Fields(value, "presence message");
  const presence: InboundPresence = { action: fields.integer("action") ?? -1 };
  readCommon(fields, presence);
  return checked(fields, presence, PRESENCE_EXTRAS_KEYS);
}

/** Reads the fields that messages, presence messages and annotations have in common. */
export function readCommon(fields: Fields, into: Inbound): void {
  const id = fields.string("id");
  const clientId = fields.string("clientId");
  const encoding = fields.string("encoding");
  const extras = fields.record("extras");
  if (id !== undefined) into.id = id;
  if (clientId !== undefined) into.clientId = clientId;
  const own = without(extras, "delta"); // `delta` says how a message was sent, and is no part of it
  if (own !== undefined) into.extras = own;
  const data = fields.raw("data");
  if (data === undefined) return;
  if (typeof data === "string") setText(into, data, encoding);
  else if (Buffer.isBuffer(data)) {
    into.data = data;
    if (encoding !== undefined && encoding !== "") into.encoding = encoding;
  } else if (ArrayBuffer.isView(data) || typeof data !== "object" || !isJson(data, EXTRAS_DEPTH)) {
    fields.problem ??= "data is neither text, binary nor JSON";
  } else {
    into.data = JSON.stringify(data);
    into.encoding = encoding === undefined || encoding === "" ? "json" : `${encoding}/json`;
  }
}

/** Base64 text becomes the binary it stands for, when it stands for exactly that; it may be broken into lines. */
function setText(into: Inbound, text: string, encoding: string | undefined): void {
  if (encoding === BASE64 || encoding?.endsWith(`/${BASE64}`)) {
    const binary = Buffer.from(text, BASE64);
    const canonical = binary.toString(BASE64);
    if (canonical === text || canonical === text.replaceAll(LINE_BREAK, "")) {
      into.data = binary;
      const rest = encoding.slice(0, -BASE64.length - 1);
      if (rest !== "") into.encoding = rest;
      return;
    }
  }
  into.data = text;
  if (encoding !== undefined && encoding !== "") into.encoding = encoding;
}

function readVersion(fields: Fields, value: Readonly<Record<string, unknown>>): VersionNote {
  const version = new Fields(value, "version");
  const note: VersionNote = {};
  const clientId = version.string("clientId");
  const description = version.string("description");
  const metadata = version.record("metadata");
  if (clientId !== undefined) note.clientId = clientId;
  if (description !== undefined) note.description = description;
  if (metadata !== undefined) note.metadata = metadata;
  if (version.problem !== undefined) fields.problem ??= version.problem;
  if (metadata !== undefined && !isJson(metadata, EXTRAS_DEPTH)) fields.problem ??= "metadata is not JSON";
  return note;
}

/** Answers the value, or the refusal of a field that has a wrong type or cannot be kept. */
export function checked<T extends Inbound>(fields: Fields, value: T, extrasKeys = EXTRAS_KEYS): Result<T> {
  if (fields.problem !== undefined) return refuse(40000, `unable to read the message; ${fields.problem}`);
  if (value.id !== undefined && value.id.length > LABEL_CHARS) {
    return refuse(40031, `unable to read the message; its id is longer than ${LABEL_CHARS} characters`);
  }
  if (value.encoding !== undefined && value.encoding.length > LABEL_CHARS) {
    return refuse(40013, `unable to read the message; its encoding is longer than ${LABEL_CHARS} characters`);
  }
  if (value.encoding?.includes("vcdiff")) {
    return refuse(40013, "unable to read the message; deltas are made by the broker and not published");
  }
  if (value.extras !== undefined) {
    if (!isJson(value.extras, EXTRAS_DEPTH)) return refuse(40032, "unable to read the message; extras are not JSON");
    const unknown = Object.keys(value.extras).find((key) => !extrasKeys.has(key));
    if (unknown !== undefined) return refuse(40032, "unable to read the message; extras hold a key that is not known");
    if (!isFlat(value.extras.headers)) {
      return refuse(
        40032,
        "unable to read the message; extras.headers is not a flat map of texts, numbers and booleans",
      );
    }
  }
  return ok(value);
}

/** Whether headers hold plain values alone: rules and filters look at them and follow no nesting. */
function isFlat(headers: unknown): boolean {
  if (headers === undefined) return true;
  return isRecord(headers) && Object.values(headers).every((value) => value === null || typeof value !== "object");
}

/** The size that limits count: name, client id, data and the JSON of extras, in bytes. */
export function messageSize(message: Partial<InboundMessage>): number {
  let size = textBytes(message.name) + textBytes(message.clientId);
  if (message.data !== undefined) {
    size += typeof message.data === "string" ? Buffer.byteLength(message.data) : message.data.length;
  }
  return message.extras === undefined ? size : size + Buffer.byteLength(JSON.stringify(message.extras));
}

/** What a change adds to the size of the message: the note that says who changed it and why. */
export function noteSize({ clientId, description, metadata }: VersionNote): number {
  const size = textBytes(clientId) + textBytes(description);
  return metadata === undefined ? size : size + Buffer.byteLength(JSON.stringify(metadata));
}

const textBytes = (text: string | undefined): number => (text === undefined ? 0 : Buffer.byteLength(text));

/** Whether nobody who was not attached at the time may ever see this message. */
export function isEphemeral(message: Inbound): boolean {
  return message.extras?.ephemeral === true;
}

/** The extras without `privileged`, which speaks to the broker: subscribers never see it. */
export function publicExtras(extras: Extras | undefined): Extras | undefined {
  return without(extras, "privileged");
}

/** A kept message, member or annotation with every field, as REST answers it and as subscribers get the latter two. */
export function publicRecord(
  { extras, ...rest }: { readonly data?: Data; readonly encoding?: string; readonly extras?: Extras },
  format: Format,
): object {
  const shown = publicExtras(extras);
  return writable(shown === undefined ? rest : { ...rest, extras: shown }, format);
}

function without(extras: Extras | undefined, key: string): Extras | undefined {
  if (extras === undefined || !Object.hasOwn(extras, key)) return extras;
  const { [key]: _, ...rest } = extras;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** The value with its data as the format can carry it: JSON has no binary, so binary becomes base64 and says so. */
export function writable<T extends { data?: Data; encoding?: string }>(value: T, format: Format): object {
  if (format === "msgpack" || !Buffer.isBuffer(value.data)) return value;
  const encoding = value.encoding === undefined ? BASE64 : `${value.encoding}/${BASE64}`;
  return { ...value, data: value.data.toString(BASE64), encoding };
}
