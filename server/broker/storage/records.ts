/** Records: how each thing that is kept is written in a storage, key and value. */
import { Packr } from "msgpackr";
import type { Identity } from "../auth/grant.ts";
import type { KeptEvent } from "../channel/events.ts";
import type { ChannelEvent } from "../integrations/event.ts";
import { isRecord } from "../wire/fields.ts";

/** The form of all this. A broker reads no data of a higher one. */
export const FORMAT = 1;

/** About the storage as a whole. It is written with every commit. */
export interface Meta {
  /** How many entries there are beside this one. */
  readonly count: number;
  /** The newest position of any event, kept or gone. */
  readonly newest: string;
  /** When it was written: the broker was there until then. */
  readonly at: number;
}

/** About one app. */
export interface AppRecord {
  /** The series of its serials. */
  readonly series: string;
  /** Up to which position it forgot whole channels. */
  readonly forgottenUpTo?: string | undefined;
}

/** An event that a rule is still to deliver. */
interface PromisedRecord {
  /** When it was accepted. */
  readonly at: number;
  readonly event: ChannelEvent;
}

/** A connection that its client may come back to. */
export interface ConnectionRecord {
  readonly keys: { readonly current: string; readonly former?: string; readonly handedOver: boolean };
  readonly keyId: string;
  readonly identity: Identity;
  readonly origin: { readonly account?: string; readonly address: string };
}

export const META_KEY = "meta";

/** Neither app ids, rule ids and connection ids nor channel names hold a line break. */
const keyOf = (...parts: string[]): string => parts.join("\n");

export const appKey = (app: string): string => keyOf("app", app);
export const channelKey = (app: string, channel: string): string => keyOf("channel", app, channel);
export const connectionKey = (app: string, id: string): string => keyOf("connection", app, id);
export const eventKey = (app: string, channel: string, position: string): string =>
  keyOf("event", app, channel, position);
export const promisedKey = (app: string, rule: string, id: string): string => keyOf("promised", app, rule, id);
/** What a key is made of. */
export const partsOf = (key: string): string[] => key.split("\n");

const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: "number", copyBuffers: true });

export const encodeMeta = (meta: Meta): Buffer => Buffer.from(JSON.stringify({ format: FORMAT, ...meta }));

type Kept = AppRecord | PromisedRecord | ConnectionRecord | KeptEvent | ChannelRecord;

/** The bytes of a record. */
export const encodeRecord = (record: Kept): Buffer => packr.pack(record);

/** What is known of a channel besides its events. */
interface ChannelRecord {
  /** The position of the newest event that it has no more. */
  readonly lostUpTo: string;
}

/** The value in some bytes, or `undefined` when there is none. */
export function decodeRecord(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = packr.unpack(bytes);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
