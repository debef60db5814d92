/** Reads one message out of a request, so that one that makes no sense never takes its neighbours with it. */
import * as v from "valibot";
import { isInbound } from "../channels.ts";
import { digest } from "../ids.ts";
import { toJson } from "../json.ts";
import { readAs } from "../shape.ts";
import { type Entry, sourceIdOf, WireMessage } from "./entry.ts";

/** Where a message stands, and what is said about all messages of its item. */
interface Place {
  readonly channel: string;
  readonly serial?: string | undefined;
  readonly timestamp?: number | undefined;
  readonly index: number;
}

/** The entry of a message, even of one that cannot be read. */
export function readMessage(raw: unknown, { channel, serial, timestamp, index }: Place): Entry {
  const read = readAs(WireMessage, raw);
  if (read === undefined) return unreadable(raw, channel);
  const id = read.id ?? "";
  const sourceId = id !== "" ? sourceIdOf(id) : `${serial ?? fingerprint(read)}:${index}`;
  read.timestamp ??= timestamp;
  return { kind: "message", channel, sourceId, message: read };
}

const Named = v.object({ id: v.string(), clientId: v.string() });

/** The author and the id are Ably's own words, so they hold even where the rest does not. */
function unreadable(raw: unknown, channel: string): Entry {
  const named = readAs(Named, raw);
  if (named === undefined || !isInbound(channel)) return { kind: "nonsense", raw };
  const { id, clientId } = named;
  return { kind: "nonsense", raw, sender: { sourceId: sourceIdOf(id), message: { id, clientId } } };
}

/**
 * What stands for the id of a message that has neither id nor serial: a digest of all of it, without data that has no
 * JSON.
 */
function fingerprint(message: WireMessage): string {
  const text = toJson(message) ?? JSON.stringify({ ...message, data: null });
  return digest([text]).slice(0, 22);
}
