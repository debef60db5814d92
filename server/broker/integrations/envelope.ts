/**
 * The requests a rule sends, byte for byte as the hosted service builds them: batched items, the envelope of a single
 * event, or one message's bare data with its metadata in headers. Pure. https://ably.com/docs/platform/integrations/webhooks
 */
import { createHmac } from "node:crypto";
import { Packr } from "msgpackr";
import type { ChannelEvent, WireRecord } from "./event.ts";
import type { Rule } from "./rule.ts";

/** Version of the webhook format; not the protocol version. */
const WEBHOOK_VERSION = "1.2";

/** The app and site that an envelope names. */
export interface Origin {
  readonly appId: string;
  readonly site: string;
}

/** One POST, complete but for its URL. Names of headers are in lower case. */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Format = Rule["format"];

const packr = new Packr({ useRecords: false, variableMapSize: true });

interface ItemStamps {
  readonly serial: string;
  readonly timestamp: number;
  readonly site: string;
}

/** One element of a batch's `items`, encoded once: a retried batch sends the same bytes again. */
export function encodeItem(rule: Rule, event: ChannelEvent, { serial, timestamp, site }: ItemStamps): Buffer {
  return encode(rule.format, {
    webhookId: rule.id,
    source: event.source,
    serial,
    timestamp,
    name: itemName(event),
    data: itemData(event, site, rule.format),
  });
}

/** A batched request, signed when the rule names a key. */
export function batchDelivery(rule: Rule, items: readonly Buffer[]): Delivery {
  const body = rule.format === "json" ? jsonItems(items) : msgpackItems(items);
  const headers = envelopeHeaders(rule);
  const key = rule.signingKey;
  if (key !== undefined) {
    headers["x-ably-key"] = key.name;
    headers["x-ably-signature"] = createHmac("sha256", key.secret).update(body).digest("base64");
  }
  return { headers, body };
}

/** A request, and what of an event it delivers. */
interface SingleDelivery {
  readonly delivery: Delivery;
  readonly event: ChannelEvent;
}

/** The requests of one event in single mode: one in an envelope, or without envelopes one for each message. */
export function singleDeliveries(rule: Rule, event: ChannelEvent, origin: Origin): SingleDelivery[] {
  const occasion = { rule, event, origin };
  if (!rule.enveloped && event.source === "channel.message") {
    return event.messages.map((record) => ({
      delivery: bareDelivery(record, occasion),
      event: { ...event, messages: [record] },
    }));
  }
  if (!rule.enveloped && event.source === "channel.presence") {
    return event.presence.map((record) => ({ delivery: bareDelivery(record, occasion), event }));
  }
  const body = encode(rule.format, envelopeOf(occasion));
  return [{ delivery: { headers: envelopeHeaders(rule), body }, event }];
}

function itemName(event: ChannelEvent): string {
  switch (event.source) {
    case "channel.message":
      return "channel.message";
    case "channel.presence":
      return "presence.message";
    case "channel.lifecycle":
      return lifecycleName(event.opened);
    case "channel.occupancy":
      return "channel.occupancy"; // not documented for batches
  }
}

const lifecycleName = (opened: boolean): string => (opened ? "channel.opened" : "channel.closed");

function itemData(event: ChannelEvent, site: string, format: Format): object {
  const channelId = event.channel;
  switch (event.source) {
    case "channel.message":
      return { channelId, site, messages: event.messages.map((record) => wireRecord(record, format)) };
    case "channel.presence":
      return { channelId, site, presence: event.presence.map((record) => wireRecord(record, format)) };
    case "channel.lifecycle":
      return { channelId, name: event.channel, status: event.status };
    case "channel.occupancy":
      return { channelId, name: event.channel, status: occupancyStatus(event.metrics) };
  }
}

function envelopeOf({ event, rule, origin }: Occasion): object {
  const { source, channel } = event;
  const { appId, site } = origin;
  const ruleId = rule.id;
  switch (source) {
    case "channel.message": {
      const messages = event.messages.map((record) => wireRecord(record, rule.format));
      return { source, appId, channel, site, ruleId, messages };
    }
    case "channel.presence": {
      const presence = event.presence.map((record) => wireRecord(record, rule.format));
      return { source, appId, channel, site, ruleId, presence };
    }
    case "channel.lifecycle":
      return { source, appId, channel, site, ruleId, name: lifecycleName(event.opened), status: event.status };
    case "channel.occupancy":
      return {
        source,
        appId,
        channel,
        site,
        ruleId,
        name: "channel.occupancy",
        status: occupancyStatus(event.metrics),
      };
  }
}

const occupancyStatus = (metrics: unknown): object => ({ isActive: true, occupancy: { metrics } });

const FIELDS = [
  "id",
  "connectionId",
  "clientId",
  "timestamp",
  "name",
  "data",
  "encoding",
  "extras",
  "action",
  "serial",
  "version",
  "annotations",
] as const satisfies readonly (keyof WireRecord)[];

/** The fields that are set, and no others; bytes become base64 text where the format has none. */
function wireRecord(record: WireRecord, format: Format): Record<string, unknown> {
  const wire: Record<string, unknown> = {};
  for (const field of FIELDS) {
    if (record[field] !== undefined && record[field] !== null) wire[field] = record[field];
  }
  if (format === "json" && record.data instanceof Uint8Array) {
    wire.data = Buffer.from(record.data).toString("base64");
    wire.encoding = record.encoding ? `${record.encoding}/base64` : "base64";
  }
  return wire;
}

function encode(format: Format, value: object): Buffer {
  return format === "json" ? Buffer.from(JSON.stringify(value)) : packr.pack(value);
}

const JSON_START = Buffer.from('{"items":[');
const JSON_COMMA = Buffer.from(",");
const JSON_END = Buffer.from("]}");

function jsonItems(items: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [JSON_START];
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(JSON_COMMA);
    parts.push(item);
  }
  parts.push(JSON_END);
  return Buffer.concat(parts);
}

/** A map of one entry, `items`, and an array header before the items that are encoded already. */
function msgpackItems(items: readonly Buffer[]): Buffer {
  const start = Buffer.from([0x81, 0xa5, ...Buffer.from("items"), 0xdd, 0, 0, 0, 0]);
  start.writeUInt32BE(items.length, start.length - 4);
  return Buffer.concat([start, ...items]);
}

function envelopeHeaders(rule: Rule): Record<string, string> {
  const type = rule.format === "json" ? "application/json" : "application/x-msgpack";
  return { ...rule.headers, "content-type": type, "x-ably-version": WEBHOOK_VERSION };
}

const PRESENCE_ACTIONS = ["absent", "present", "enter", "leave", "update"] as const;

/** Why a request is sent. */
interface Occasion {
  readonly rule: Rule;
  readonly event: ChannelEvent;
  readonly origin: Origin;
}

/** One message without an envelope: what else is known of it goes into headers. */
function bareDelivery(record: WireRecord, { rule, event, origin }: Occasion): Delivery {
  const { type, body } = bareBody(record);
  const action = event.source === "channel.presence" ? PRESENCE_ACTIONS[record.action ?? 0] : undefined;
  const metadata = {
    "x-ably-envelope-appid": origin.appId,
    "x-ably-envelope-channel": event.channel,
    "x-ably-envelope-rule-id": rule.id,
    "x-ably-envelope-site": origin.site,
    "x-ably-envelope-source": event.source,
    "x-ably-message-id": record.id,
    "x-ably-message-client-id": record.clientId,
    "x-ably-message-connection-id": record.connectionId,
    "x-ably-message-timestamp": record.timestamp?.toString(),
    "x-ably-message-name": event.source === "channel.message" ? record.name : undefined,
    "x-ably-message-action": action,
  };
  const headers: Record<string, string> = {
    ...rule.headers,
    "content-type": type,
    "x-ably-version": WEBHOOK_VERSION,
  };
  for (const [name, value] of Object.entries(metadata)) {
    if (value !== undefined) headers[name] = headerText(value);
  }
  return { headers, body };
}

/** Plain text as it is; with anything a header cannot carry (line ends, other scripts) percent-encoded UTF-8. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(Buffer.from(text).toString());
}

/** The data without the encodings that only serve the wire, and the content type of the rest. */
function bareBody(record: WireRecord): { type: string; body: Buffer } {
  let data = record.data;
  const steps = record.encoding ? record.encoding.split("/") : [];
  for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
    if (step === "base64" && typeof data === "string") data = Buffer.from(data, "base64");
    else if (step === "utf-8" && data instanceof Uint8Array) data = Buffer.from(data).toString("utf8");
    else break;
    steps.pop();
  }
  if (data instanceof Uint8Array) return { type: "application/octet-stream", body: Buffer.from(data) };
  if (typeof data === "string") {
    return { type: steps.at(-1) === "json" ? "application/json" : "text/plain", body: Buffer.from(data) };
  }
  if (data === undefined || data === null) return { type: "text/plain", body: Buffer.alloc(0) };
  return { type: "application/json", body: Buffer.from(JSON.stringify(data)) };
}
