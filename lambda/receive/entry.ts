/** What a request holds, one entry for each thing that happened: a message, something else, or what makes no sense. */
import * as v from "valibot";
import { object } from "../shape.ts";

/** The source of chat messages. Nothing is to be done about what has another source. */
export const MESSAGES = "channel.message";

/** A time, ms. `1e999` is valid JSON and no time. */
export const time = v.pipe(v.number(), v.finite());

/** A message as it travels: `data` is still encoded. Absent fields are missing in one format and null in another. */
export const WireMessage = object({
  id: v.nullish(v.string()),
  clientId: v.nullish(v.string()),
  connectionId: v.nullish(v.string()),
  timestamp: v.nullish(time),
  action: v.nullish(v.union([time, v.string()])),
  data: v.optional(v.unknown()),
  encoding: v.nullish(v.string()),
});

export type WireMessage = v.InferOutput<typeof WireMessage>;

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

/**
 * Ably drops an id that it has taken within two minutes, so a client that tries once more marks the id: `<id>~1`, `<id>~2`.
 * It stays one message: all its tries have one source id, and so one outgoing id.
 */
const ANOTHER_TRY = /(?<=.)~\d{1,3}$/s;

/** The id of a message, whichever try of its sender this is. */
export const sourceIdOf = (id: string): string => id.replace(ANOTHER_TRY, "");
