/** One entry of the quarantine: a message or something unreadable, why it is here, and its form as a line of JSON. */
import * as v from "valibot";
import { toJson } from "../json.ts";
import { limits } from "../limits.ts";
import { WireMessage } from "../receive/entry.ts";

const Entry = v.object({
  version: v.literal(1),
  at: v.number(),
  reason: v.string(),
  mode: v.picklist(["batch", "single"]),
  what: v.variant("kind", [
    v.object({ kind: v.literal("message"), channel: v.string(), sourceId: v.string(), message: WireMessage }),
    v.object({ kind: v.literal("raw"), raw: v.string(), truncated: v.boolean() }),
  ]),
  attempts: v.number(),
  code: v.optional(v.number()),
});

/**
 * `at` is when it was put here (ms). `reason` is one of decide/reasons.ts, or `unreadable`. What could not be read is
 * `raw`: JSON, or base64 where it was bytes.
 */
export type Quarantined = v.InferOutput<typeof Entry>;

/** The line of an entry. What has no JSON leaves at least the trace that it was there. */
export function entryText(entry: Quarantined): string {
  return toJson(entry) ?? JSON.stringify({ ...entry, what: { kind: "raw", raw: "", truncated: true } });
}

/** The entry of a line; undefined for a line that is none. */
export function readEntry(text: string): Quarantined | undefined {
  try {
    return v.parse(Entry, JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Has this been kept for as long as anything is? */
export const isExpired = (entry: Quarantined | undefined, now: number): boolean =>
  entry !== undefined && now - entry.at > limits.quarantineMs;

/** A message in a form that JSON can hold: bytes become base64. */
export function storable(message: WireMessage): WireMessage {
  if (!(message.data instanceof Uint8Array)) return message;
  const encoding = [message.encoding, "base64"].filter((step) => typeof step === "string" && step !== "").join("/");
  return { ...message, data: Buffer.from(message.data).toString("base64"), encoding };
}

/** Something unreadable in a form that JSON can hold, up to the size that a queue takes; nothing of what has no JSON. */
export function storableRaw(raw: unknown): { kind: "raw"; raw: string; truncated: boolean } {
  if (raw === undefined) return { kind: "raw", raw: "", truncated: false };
  const text = raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : toJson(raw);
  if (text === undefined) return { kind: "raw", raw: "", truncated: true };
  const kept = text.slice(0, limits.quarantineBytes);
  return { kind: "raw", raw: kept, truncated: kept.length < text.length };
}
