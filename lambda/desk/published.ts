/** Published messages as the desk meets them: found by serial or by id, and with what a case about them needs. */
import { inboundOf, outboundFor, parseRoom } from "../channels.ts";
import { limits } from "../limits.ts";
import { personOf } from "../person.ts";
import type { Case, NewCase } from "../store/cases.ts";
import type { DeskDeps } from "./desk.ts";
import { isRemoved, type StoredMessage } from "./desk-ably.ts";

/** A published message that nobody has removed. */
export interface PublishedMessage extends Pick<NewCase, "room" | "author" | "person" | "text" | "at" | "message"> {
  readonly channel: string;
  readonly serial: string;
}

export type FoundMessage =
  | { readonly ok: true; readonly found: PublishedMessage }
  | { readonly ok: false; readonly code: "unknown-room" | "unknown-message" | "ably-unavailable" };

const UNKNOWN: Extract<FoundMessage, { ok: false }> = { ok: false, code: "unknown-message" };
const UNAVAILABLE: Extract<FoundMessage, { ok: false }> = { ok: false, code: "ably-unavailable" };

/** The message of a room that Ably calls by this serial. */
export async function findBySerial(room: string, serial: string, { ably }: DeskDeps): Promise<FoundMessage> {
  const channel = parseRoom(room) === null ? undefined : outboundFor(inboundOf(room));
  if (channel === undefined) return { ok: false, code: "unknown-room" };
  if (serial === "") return UNKNOWN;
  const answer = await ably.message(channel, serial, limits.attemptMs);
  if (!answer.ok) return answer.kind === "rejected" ? UNKNOWN : UNAVAILABLE;
  return publishedAs(answer.message, { room, channel, serial });
}

/** The message that a case is about. */
export async function findOfCase({ room, at, serial, message }: Case, deps: DeskDeps): Promise<FoundMessage> {
  if (serial !== undefined) return await findBySerial(room, serial, deps);
  const answer = await findStored({ room, at, message }, deps);
  if (!answer.ok) return answer;
  const { channel, stored } = answer;
  return publishedAs(stored, { room, channel, serial: stored.serial ?? "" });
}

export type FoundStored =
  | { readonly ok: true; readonly channel: string; readonly stored: StoredMessage }
  | Extract<FoundMessage, { ok: false }>;

/** What Ably has of the message that a case is about, removed or not. */
export async function findStored(
  { room, at, message }: Pick<Case, "room" | "at" | "message">,
  deps: DeskDeps,
): Promise<FoundStored> {
  const channel = outboundFor(inboundOf(room)) ?? "";
  let start = at - limits.clockSkewMs;
  for (let pages = 0; pages < limits.historyPages; pages += 1) {
    const answer = await deps.ably.history(channel, { start, limit: 1_000 }, limits.attemptMs);
    if (!answer.ok) return UNAVAILABLE;
    const stored = answer.messages.find(({ id }) => id === message.id);
    if (stored !== undefined) return { ok: true, channel, stored };
    const last = answer.messages.at(-1)?.timestamp ?? 0;
    if (answer.messages.length < 1_000 || last <= start) return UNKNOWN;
    start = last;
  }
  return UNKNOWN;
}

function publishedAs(
  stored: StoredMessage | undefined,
  place: Pick<PublishedMessage, "room" | "channel" | "serial">,
): FoundMessage {
  const { id, clientId: author, data: text, timestamp, extras } = stored ?? {};
  const headers = extras?.headers ?? {};
  const sourceId = headers["source-id"];
  if (stored === undefined || isRemoved(stored) || typeof text !== "string") return UNKNOWN;
  if (typeof id !== "string" || typeof author !== "string" || typeof sourceId !== "string") return UNKNOWN;
  const at = timestamp ?? 0;
  const starred = Number(headers.starred ?? 0);
  const message = { id, sourceId, timestamp: Number(headers["source-timestamp"] ?? at), starred };
  return { ok: true, found: { ...place, author, person: personOf(author), text, at, message } };
}
