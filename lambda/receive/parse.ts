/**
 * What a verified request says. Told apart by shape: a batch (`items`), an enveloped event (`messages`), or the bare
 * data of one message with its envelope in the headers; in JSON or MessagePack.
 */
import * as v from "valibot";
import { limits } from "../limits.ts";
import { readAs } from "../shape.ts";
import { readBare } from "./bare-request.ts";
import { type Delivery, type Entry, MESSAGES, time } from "./entry.ts";
import { readMessage } from "./message.ts";
import type { Verified } from "./verify.ts";

const Batch = v.object({ items: v.array(v.unknown()) });

const Item = v.object({
  source: v.nullish(v.string()),
  serial: v.nullish(v.string()),
  timestamp: v.nullish(time),
  data: v.object({ channelId: v.string(), messages: v.array(v.unknown()) }),
});

const Envelope = v.object({ source: v.nullish(v.string()), channel: v.string(), messages: v.array(v.unknown()) });

/** Anything that names its source. Presence, lifecycle and occupancy events are read no further than that. */
const Sourced = v.object({ source: v.string(), presence: v.optional(v.array(v.unknown())) });

const PresenceItem = v.object({ data: v.object({ presence: v.array(v.unknown()) }) });

/**
 * Read a verified request. A signature covers the body alone, and for ever. So headers count only
 * where the secret came with them, and a signed message only while the rule may still send it (`now`, ms).
 */
export async function parse(request: Verified, now: number): Promise<Delivery> {
  const isSigned = request.proof === "signature";
  const bareChannel = isSigned ? undefined : request.headers["x-ably-envelope-channel"];
  if (bareChannel !== undefined) return { mode: "single", entries: [readBare(request, bareChannel)] };
  const body = await readBody(request.bytes);
  const delivery = parseBody(body, request);
  if (!isSigned) return delivery;
  return { mode: delivery.mode, entries: delivery.entries.map((entry) => inTime(entry, now)) };
}

function parseBody(body: unknown, request: Verified): Delivery {
  const batch = readAs(Batch, body);
  if (batch !== undefined) return { mode: "batch", entries: batch.items.flatMap(parseItem) };
  const entries = parseEnvelope(body);
  if (entries !== undefined) return { mode: "single", entries };
  // it came from the rule, so it is not thrown away; only batches are signed
  const mode = request.proof === "signature" ? "batch" : "single";
  return { mode, entries: [{ kind: "nonsense", raw: request.bytes }] };
}

/**
 * Leaves an entry as it is, but for a message whose time is too far from now: somebody sends an old signed request
 * again.
 */
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
  const item = readAs(Item, raw);
  if (item === undefined || !isMessages(item.source)) return [otherOrNonsense(raw)];
  const { channelId: channel, messages } = item.data;
  const serial = item.serial ?? undefined;
  const timestamp = item.timestamp ?? undefined;
  return messages.map((message, index) => readMessage(message, { channel, serial, timestamp, index }));
}

function parseEnvelope(raw: unknown): Entry[] | undefined {
  const envelope = readAs(Envelope, raw);
  if (envelope !== undefined && isMessages(envelope.source)) {
    const { channel, messages } = envelope;
    return messages.map((message, index) => readMessage(message, { channel, index }));
  }
  const entry = otherOrNonsense(raw);
  return entry.kind === "other" ? [entry] : undefined;
}

const isMessages = (source: string | null | undefined): boolean => (source ?? MESSAGES) === MESSAGES;

function otherOrNonsense(raw: unknown): Entry {
  const sourced = readAs(Sourced, raw);
  if (sourced === undefined) return { kind: "nonsense", raw };
  const { source, presence } = sourced;
  if (presence !== undefined) return { kind: "other", source: "channel.presence" };
  return source === MESSAGES ? presenceInItem(raw) : { kind: "other", source };
}

/** Ably's published samples also show presence events under the name of the message source. */
function presenceInItem(raw: unknown): Entry {
  const item = readAs(PresenceItem, raw);
  return item === undefined ? { kind: "nonsense", raw } : { kind: "other", source: "channel.presence" };
}
