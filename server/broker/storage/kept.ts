/** What a storage holds when the broker opens it, read and checked. */
import * as z from "zod";
import type { KeptEvent } from "../channel/events.ts";
import type { KeptPromise } from "../integrations/promises.ts";
import {
  type AppRecord,
  type ConnectionRecord,
  decodeRecord,
  FORMAT,
  META_KEY,
  type Meta,
  partsOf,
} from "./records.ts";
import { damaged, type Entry, type Storage, StorageError } from "./storage.ts";

/** A storage with what it holds, for a broker to go on with. */
export interface OpenStorage {
  readonly storage: Storage;
  readonly meta: Meta;
  readonly apps: ReadonlyMap<string, KeptApp>;
}

/** What is kept of one app. */
export interface KeptApp {
  record: AppRecord | undefined;
  readonly channels: Map<string, KeptChannel>;
  /** By the id of the rule. */
  readonly promised: Map<string, KeptPromise[]>;
  readonly connections: Map<string, ConnectionRecord>;
}

export interface KeptChannel {
  lostUpTo: string | undefined;
  /** In the order of their positions. */
  readonly events: KeptEvent[];
}

const EMPTY: Meta = { count: 0, newest: "", at: 0 };

const MetaSchema = z.object({ format: z.number(), count: z.number(), newest: z.string(), at: z.number() });
const App = z.object({ series: z.string(), forgottenUpTo: z.string().optional() });
const ChannelSchema = z.object({ lostUpTo: z.string() });
const text = z.string().optional();
const WireRecord = z.looseObject({
  id: text,
  connectionId: text,
  clientId: text,
  timestamp: z.number().optional(),
  name: text,
  encoding: text,
  action: z.number().optional(),
  serial: text,
});
const Promised = z.object({
  at: z.number(),
  event: z.discriminatedUnion("source", [
    z.object({ source: z.literal("channel.message"), channel: z.string(), messages: z.array(WireRecord) }),
    z.object({ source: z.literal("channel.presence"), channel: z.string(), presence: z.array(WireRecord) }),
  ]),
});
const ConnectionSchema = z.object({
  keys: z.object({ current: z.string(), former: z.string().exactOptional(), handedOver: z.boolean() }),
  keyId: z.string(),
  identity: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("anonymous") }),
    z.object({ kind: z.literal("wildcard") }),
    z.object({ kind: z.literal("client"), clientId: z.string() }),
  ]),
  origin: z.object({ account: z.string().exactOptional(), address: z.string() }),
});

/** Reads everything. Rejects with a `StorageError` when it is damaged, or of a newer broker. */
export async function readKept(storage: Storage): Promise<OpenStorage> {
  const apps = new Map<string, KeptApp>();
  let meta: Meta | undefined;
  let count = 0;
  for await (const entry of storage.entries()) {
    if (entry.key === META_KEY) {
      meta = readMeta(storage, entry.value);
      continue;
    }
    count++;
    if (!readEntry(apps, entry)) throw new StorageError(damaged(storage.name, "an entry cannot be read"));
  }
  const { count: expected } = meta ?? EMPTY;
  if (count !== expected) throw new StorageError(damaged(storage.name, `${count} of ${expected} entries are there`));
  return { storage, meta: meta ?? EMPTY, apps };
}

function readMeta({ name }: Storage, bytes: Buffer): Meta {
  const parsed = MetaSchema.safeParse(json(bytes));
  if (!parsed.success) throw new StorageError(damaged(name, "what is known of them cannot be read"));
  if (parsed.data.format <= FORMAT) return parsed.data;
  throw new StorageError(
    `unable to use ${name}; a newer version of the broker wrote it; install that version, or name another folder`,
  );
}

/** Answers whether the entry could be read. */
function readEntry(apps: Map<string, KeptApp>, { key, value }: Entry): boolean {
  const [kind = "", appId = "", name = "", id = ""] = partsOf(key);
  const app = ensure(apps, appId, newApp);
  const record = decodeRecord(value);
  if (record === undefined) return false;
  switch (kind) {
    case "event":
      if (!isKeptEvent(record) || record.position !== id) return false;
      ensure(app.channels, name, newChannel).events.push(record);
      return true;
    case "app":
      return taken(App.safeParse(record), (data) => {
        app.record = data;
      });
    case "channel":
      return taken(ChannelSchema.safeParse(record), ({ lostUpTo }) => {
        ensure(app.channels, name, newChannel).lostUpTo = lostUpTo;
      });
    case "promised":
      return taken(Promised.safeParse(record), (data) => {
        ensure(app.promised, name, () => []).push({ ...data, id });
      });
    case "connection":
      return taken(ConnectionSchema.safeParse(record), (data) => {
        app.connections.set(name, data);
      });
    default:
      return false;
  }
}

function taken<T>(parsed: z.ZodSafeParseResult<T>, take: (data: T) => void): boolean {
  if (parsed.success) take(parsed.data);
  return parsed.success;
}

/** A check sum says that the bytes are ours; so this looks at the outline alone. */
function isKeptEvent(record: object): record is KeptEvent {
  const { kind, position, id, timestamp, bytes } = record as Partial<Record<keyof KeptEvent, unknown>>;
  if (![position, id].every((text) => typeof text === "string")) return false;
  if (![timestamp, bytes].every((number) => typeof number === "number")) return false;
  const list: Readonly<Record<string, string>> = {
    message: "messages",
    presence: "presence",
    annotation: "annotations",
  };
  if (kind === "summary") return "messageSerial" in record && typeof record.messageSerial === "string";
  const field = typeof kind === "string" ? list[kind] : undefined;
  return field !== undefined && Array.isArray((record as Readonly<Record<string, unknown>>)[field]);
}

const newApp = (): KeptApp => ({
  record: undefined,
  channels: new Map(),
  promised: new Map(),
  connections: new Map(),
});
const newChannel = (): KeptChannel => ({ lostUpTo: undefined, events: [] });

function ensure<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
