/**
 * JSON of what others wrote. Not everything that can be read can be written: an array nested ten thousand deep and a
 * 64-bit integer out of MessagePack make `JSON.stringify` throw, which must not cost the rest of a batch its answer.
 */
import type { Quarantined } from "./quarantine.ts";

/** The JSON text of a value; undefined for what has none. */
export function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** An entry as the quarantine stores it. What has no JSON leaves at least the trace that it was there. */
export function entryText(entry: Quarantined): string {
  return toJson(entry) ?? JSON.stringify({ ...entry, what: { kind: "raw", raw: "", truncated: true } });
}
