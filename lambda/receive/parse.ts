/**
 * What a verified request says. Told apart by shape: a batch (`items`), an enveloped event (`messages`), or the bare
 * data of one message with its envelope in the headers; in JSON or MessagePack. Every message becomes an entry of its
 * own, so that one that makes no sense never takes its neighbours with it.
 */
import * as z from "zod/mini";
import { isInbound } from "../channels.ts";
import { digest } from "../ids.ts";
import { toJson } from "../json.ts";
import { limits } from "../limits.ts";
import type { Headers, Verified } from "./verify.ts";

/** A message as it travels: `data` is still encoded. */
export type WireMessage = z.infer<typeof WireMessage>;

/** One thing that happened on one channel. */
export type Entry =
  | { readonly kind: "message"; readonly channel: string; readonly sourceId: string; readonly message: WireMessage }
  /** Not a new chat message: nothing is to be done. */
  | { readonly kind: "other"; readonly source: string }
  /** Part of a delivery that makes no sense; it may still tell who sent it. */
  | { readonly kind: "nonsense"; readonly raw: unknown; readonly sender?: Sender };

/** What it takes to tell somebody about a message. */
export interface Sender {
  readonly sourceId: string;
  readonly message: WireMessage;
}

/** How the rule calls: a batch is repeated on any failure for five minutes, a single request twice, on 5xx only. */
export type Mode = "batch" | "single";

/** What a request holds; never nothing at all, because what cannot be read is an entry too. */
export interface Delivery {
  readonly mode: Mode;
  readonly entries: readonly Entry[];
}

export type MessageEntry = Extract<Entry, { kind: "message" }>;

/** Who is to be told about an entry, as far as it says. */
export function senderOf(entry: Entry): Sender | undefined {
  if (entry.kind === "message") return entry;
  return entry.kind === "nonsense" ? entry.sender : undefined;
}

const optional = <T extends z.core.SomeType>(schema: T) => z.optional(z.nullable(schema));

export const WireMessage = z.object({
  id: optional(z.string()),
  clientId: optional(z.string()),
  connectionId: optional(z.string()),
  timestamp: optional(z.number()),
  action: optional(z.union([z.number(), z.string()])),
  data: z.optional(z.unknown()),
  encoding: optional(z.string()),
});

const Batch = z.object({ items: z.array(z.unknown()) });

const Item = z.object({
  source: optional(z.string()),
  serial: optional(z.string()),
  timestamp: optional(z.number()),
  data: z.object({ channelId: z.string(), messages: z.array(z.unknown()) }),
});

const Envelope = z.object({ source: optional(z.string()), channel: z.string(), messages: z.array(z.unknown()) });

/** Anything that names its source; presence, lifecycle and occupancy look like this to us. */
const Sourced = z.object({ source: z.string(), presence: z.optional(z.array(z.unknown())) });

const MESSAGES = "channel.message";

/**
 * Read a request that came through the door. A signature covers the body and nothing else, for ever: so headers say
 * something only where the secret came with them, and a signed message counts only while the rule may send it (`now`, ms).
 */
export async function parse(request: Verified, now: number): Promise<Delivery> {
  const isSigned = request.proof === "signature";
  const bareChannel = isSigned ? undefined : request.headers["x-ably-envelope-channel"];
  if (bareChannel !== undefined) return { mode: "single", entries: [parseBare(request, bareChannel)] };
  const body = await readBody(request.bytes);
  const delivery = parseBody(body, request);
  return isSigned ? { ...delivery, entries: delivery.entries.map((entry) => inTime(entry, now)) } : delivery;
}

function parseBody(body: unknown, request: Verified): Delivery {
  const batch = z.safeParse(Batch, body);
  if (batch.success) return { mode: "batch", entries: batch.data.items.flatMap(parseItem) };
  const entries = parseEnvelope(body);
  if (entries !== undefined) return { mode: "single", entries };
  // it came from the rule, so it is not thrown away; only batches are signed
  const mode = request.proof === "signature" ? "batch" : "single";
  return { mode, entries: [{ kind: "nonsense", raw: request.bytes }] };
}

/** A message as it is, or nothing to be done where somebody sends again what was signed long ago, or will be. */
function inTime(entry: Entry, now: number): Entry {
  const at = entry.kind === "message" ? entry.message.timestamp : undefined;
  if (typeof at !== "number") return entry;
  if (at < now - limits.signedMs) return { kind: "other", source: "signed too long ago" };
  if (at > now + limits.clockSkewMs) return { kind: "other", source: "signed in the future" };
  return entry;
}

/**
 * No MessagePack map starts with a brace, and no JSON object with anything else, so the content type is not asked. Rules
 * send JSON unless they are told otherwise: the other reader is loaded when it is needed.
 */
async function readBody(bytes: Buffer): Promise<unknown> {
  try {
    const text = bytes.toString("utf8").trimStart();
    if (text.startsWith("{")) return JSON.parse(text);
    const { Unpackr } = await import("msgpackr/unpack");
    // a time stamp fits into a number, whatever width it was written in
    return new Unpackr({ int64AsType: "number", mapsAsObjects: true, useRecords: false }).unpack(bytes);
  } catch {
    return undefined;
  }
}

function parseItem(raw: unknown): Entry[] {
  const item = z.safeParse(Item, raw);
  if (!item.success || !isMessages(item.data.source)) return [otherOrNonsense(raw)];
  const { serial, timestamp, data } = item.data;
  const place = { channel: data.channelId, serial: serial ?? undefined, timestamp: timestamp ?? undefined };
  return data.messages.map((message, index) => parseMessage(message, { ...place, index }));
}

function parseEnvelope(raw: unknown): Entry[] | undefined {
  const envelope = z.safeParse(Envelope, raw);
  if (envelope.success && isMessages(envelope.data.source)) {
    const { channel, messages } = envelope.data;
    return messages.map((message, index) => parseMessage(message, { channel, index }));
  }
  const entry = otherOrNonsense(raw);
  return entry.kind === "other" ? [entry] : undefined;
}

const isMessages = (source: string | null | undefined): boolean => (source ?? MESSAGES) === MESSAGES;

function otherOrNonsense(raw: unknown): Entry {
  const sourced = z.safeParse(Sourced, raw);
  if (!sourced.success) return { kind: "nonsense", raw };
  const { source, presence } = sourced.data;
  if (presence !== undefined) return { kind: "other", source: "channel.presence" };
  return source === MESSAGES ? presenceInItem(raw) : { kind: "other", source };
}

/** The published samples also show presence events under the name of the message source. */
function presenceInItem(raw: unknown): Entry {
  const item = z.safeParse(z.object({ data: z.object({ presence: z.array(z.unknown()) }) }), raw);
  return item.success ? { kind: "other", source: "channel.presence" } : { kind: "nonsense", raw };
}

/**
 * Ably drops an id that it has taken within two minutes, so a client that tries once more marks the id: `<id>~1`, `<id>~2`.
 * It stays one message: all its tries have one source id, and so one outgoing id.
 */
const ANOTHER_TRY = /(?<=.)~\d{1,3}$/s;

/** The id of a message, whichever try of its sender this is. */
export const sourceIdOf = (id: string): string => id.replace(ANOTHER_TRY, "");

/** Where a message stands, and what is said about all messages of its item. */
interface Place {
  readonly channel: string;
  readonly serial?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly index: number;
}

function parseMessage(raw: unknown, { channel, serial, timestamp, index }: Place): Entry {
  const parsed = z.safeParse(WireMessage, raw);
  if (!parsed.success) return unreadable(raw, channel);
  const message = { ...parsed.data, timestamp: parsed.data.timestamp ?? timestamp };
  const id = message.id ?? "";
  const sourceId = id !== "" ? sourceIdOf(id) : `${serial ?? fingerprint(parsed.data)}:${index}`;
  return { kind: "message", channel, sourceId, message };
}

/** The author and the id are Ably's own words, so they hold even where the rest does not. */
function unreadable(raw: unknown, channel: string): Entry {
  const named = z.safeParse(z.object({ id: z.string(), clientId: z.string() }), raw);
  if (!named.success || !isInbound(channel)) return { kind: "nonsense", raw };
  const { id, clientId } = named.data;
  return { kind: "nonsense", raw, sender: { sourceId: sourceIdOf(id), message: { id, clientId } } };
}

/** A message without id and serial is known by what it is, or by its envelope where the data has no JSON. */
function fingerprint(message: WireMessage): string {
  const text = toJson(message) ?? JSON.stringify({ ...message, data: null });
  return digest([text]).slice(0, 22);
}

/** The data is the body and the rest is in the headers, in which a client id that is not ASCII cannot be trusted. */
function parseBare({ bytes, headers }: Verified, channel: string): Entry {
  const source = headers["x-ably-envelope-source"] ?? MESSAGES;
  if (source !== MESSAGES || headers["x-ably-message-action"] !== undefined) return { kind: "other", source };
  return parseMessage(
    {
      id: headers["x-ably-message-id"],
      clientId: asciiOnly(headers["x-ably-client-id"] ?? headers["x-ably-message-client-id"]),
      timestamp: numberIn(headers["x-ably-timestamp"] ?? headers["x-ably-message-timestamp"]),
      ...bareData(bytes, headers),
    },
    { channel, index: 0 },
  );
}

function bareData(bytes: Buffer, headers: Headers): { data: unknown; encoding?: string } {
  const type = headers["content-type"] ?? "";
  if (type.startsWith("application/json")) return { data: bytes.toString("base64"), encoding: "json/utf-8/base64" };
  if (type.startsWith("text/")) return { data: bytes.toString("base64"), encoding: "utf-8/base64" };
  return { data: bytes };
}

const asciiOnly = (value: string | undefined): string | undefined =>
  value !== undefined && /^[\x20-\x7e]+$/.test(value) ? value : undefined;

const numberIn = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
