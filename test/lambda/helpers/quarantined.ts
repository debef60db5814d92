/** Entries as the function keeps them. */
import type { Quarantined } from "../../../lambda/quarantine/entry.ts";

/** An entry of a message with `size` characters. */
export const entry = (id: string, size = 1): Quarantined => ({
  version: 1,
  at: 1_700_000_000_000,
  reason: "not-delivered",
  mode: "batch",
  what: { kind: "message", channel: "chat:from-clients", sourceId: id, message: { id, data: "x".repeat(size) } },
  attempts: 3,
});

/** A message that can be read but not be written as JSON. */
export function deep(): Quarantined {
  const data: unknown = JSON.parse(`${"[".repeat(10_000)}${"]".repeat(10_000)}`);
  const message = { id: "deep", data };
  return { ...entry("deep"), what: { kind: "message", channel: "chat:from-clients", sourceId: "deep", message } };
}

/** What is left of it. */
export const trace: Quarantined = { ...entry("deep"), what: { kind: "raw", raw: "", truncated: true } };
