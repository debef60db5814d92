/**
 * A bare request: its body is the data of one message, and everything else about it is in the headers. A client id that is
 * not ASCII cannot be trusted there.
 */
import { type Entry, MESSAGES } from "./entry.ts";
import { readMessage } from "./message.ts";
import type { Headers, Verified } from "./verify.ts";

/** The one entry of a bare request. */
export function readBare({ bytes, headers }: Verified, channel: string): Entry {
  const source = headers["x-ably-envelope-source"] ?? MESSAGES;
  if (source !== MESSAGES || headers["x-ably-message-action"] !== undefined) return { kind: "other", source };
  return readMessage(
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
