/**
 * Where messages stay that could not be delivered, so that nothing vanishes. What is kept is raw, unmoderated text:
 * whoever may read the quarantine may read that. `replay.ts` takes it up again.
 */
import { appendFile, stat } from "node:fs/promises";
import { createAwsCall } from "../aws.ts";
import type { FunctionConfig } from "../config.ts";
import { limits } from "../limits.ts";
import type { Mode, WireMessage } from "../receive/parse.ts";
import { entryText, toJson } from "./json.ts";
import { createSqsQuarantine } from "./sqs.ts";

/** What went wrong: a reason of `notice.ts`, or a whole request or item that could not be read. */
export interface Quarantined {
  readonly version: 1;
  /** When it was put here, ms. */
  readonly at: number;
  readonly reason: string;
  readonly mode: Mode;
  /** `raw` is something unreadable, base64 where it was bytes. */
  readonly what:
    | { readonly kind: "message"; readonly channel: string; readonly sourceId: string; readonly message: WireMessage }
    | { readonly kind: "raw"; readonly raw: string; readonly truncated: boolean };
  readonly attempts: number;
  readonly code?: number | undefined;
}

export interface Quarantine {
  /** Keep all of these, or say that it did not work; "full" when trying again now cannot help. */
  keep(entries: readonly Quarantined[], timeoutMs: number): Promise<boolean | "full">;
}

/** Make a message storable as JSON: bytes become base64. */
export function storable(message: WireMessage): WireMessage {
  if (!(message.data instanceof Uint8Array)) return message;
  const encoding = [message.encoding, "base64"].filter((step) => typeof step === "string" && step !== "").join("/");
  return { ...message, data: Buffer.from(message.data).toString("base64"), encoding };
}

/** Make something unreadable storable, up to the size that a queue takes; of what has no JSON nothing is left. */
export function storableRaw(raw: unknown): { kind: "raw"; raw: string; truncated: boolean } {
  if (raw === undefined) return { kind: "raw", raw: "", truncated: false };
  const text = raw instanceof Uint8Array ? Buffer.from(raw).toString("base64") : toJson(raw);
  if (text === undefined) return { kind: "raw", raw: "", truncated: true };
  const kept = text.slice(0, limits.quarantineBytes);
  return { kind: "raw", raw: kept, truncated: kept.length < text.length };
}

/** One JSON line for each entry at the end of a file, up to a size. One write for all, so that lines never mix. */
export function createFileQuarantine(path: string, mostBytes: number = limits.quarantineFileBytes): Quarantine {
  return {
    async keep(entries) {
      try {
        const lines = entries.map((entry) => `${entryText(entry)}\n`).join("");
        if ((await sizeOf(path)) + Buffer.byteLength(lines) > mostBytes) return "full";
        await appendFile(path, lines, { mode: 0o600 });
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** Nothing where there is no file yet; that it cannot be written shows when it is. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** The quarantine that the configuration names; undefined when it names none. */
export function openQuarantine(
  target: FunctionConfig["quarantine"],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Quarantine | undefined {
  if (target === undefined) return undefined;
  return target.kind === "file"
    ? createFileQuarantine(target.path)
    : createSqsQuarantine(target.url, createAwsCall(env));
}
