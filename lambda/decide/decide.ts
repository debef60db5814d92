/**
 * One message in, one judgement out: publish this, refuse it, or nothing to do. Pure, and closed by default: what is
 * published is built here from a whitelist, and any doubt is a refusal. `data` is text that went through the moderator,
 * the author is the client id that Ably verified, and no other field of what the client sent survives.
 */

import { outboundFor } from "../channels.ts";
import type { Reason } from "../deliver/notices.ts";
import { digest } from "../ids.ts";
import { limits } from "../limits.ts";
import type { Moderator } from "../moderation/index.ts";
import { decode } from "../receive/decode.ts";
import type { Entry, WireMessage } from "../receive/parse.ts";

/** The moderated copy. */
export interface OutgoingMessage {
  readonly id: string;
  readonly name: "message";
  readonly clientId: string;
  readonly data: string;
  readonly extras: { readonly headers: Readonly<Record<"source-id" | "source-timestamp" | "starred", string>> };
}

export type Judgement =
  | {
      readonly kind: "publish";
      readonly channel: string;
      readonly message: OutgoingMessage;
      readonly starred: number;
    }
  | { readonly kind: "refuse"; readonly reason: Reason }
  | { readonly kind: "ignore"; readonly reason: "not an inbound channel" | "not a new message" };

/** A UUID, or digits alone: nobody can say anything in these, and a short word in one is chance. */
const CHANCE = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\d:-]+)$/i;

type MessageEntry = Extract<Entry, { kind: "message" }>;

/** Decide about one message; `now` stands in for a time stamp that is missing. */
export function judge(entry: MessageEntry, moderator: Moderator, textLength: number, now: number): Judgement {
  const channel = outboundFor(entry.channel);
  if (channel === undefined) return { kind: "ignore", reason: "not an inbound channel" };
  if (!isCreate(entry.message.action)) return { kind: "ignore", reason: "not a new message" };
  const author = entry.message.clientId ?? "";
  if (author === "" || author === "*") return refuse("anonymous");
  try {
    if (moderator.moderate(displayName(author)).matches.length > 0) return refuse("bad-author");
    if (entry.sourceId.length > limits.sourceIdLength) return refuse("bad-id");
    if (!isAblysId(entry) && !CHANCE.test(entry.sourceId) && moderator.moderate(entry.sourceId).matches.length > 0)
      return refuse("bad-id");
    const text = readText(entry.message, textLength);
    if (!text.ok) return refuse(text.reason);
    const moderated = moderator.moderate(text.text);
    const starred = countSpans(moderated.matches);
    const timestamp = entry.message.timestamp ?? now;
    const headers = { "source-id": entry.sourceId, "source-timestamp": String(timestamp), starred: String(starred) };
    const id = outgoingId(author, entry.sourceId);
    const message = { id, name: "message", clientId: author, data: moderated.text, extras: { headers } } as const;
    return { kind: "publish", channel, message, starred };
  } catch {
    // the text could be in the error, so nothing of it is kept
    return refuse("moderator-failed");
  }
}

/** The pair (author, source id) is what people see as one message, so Ably may see it as one too. */
const outgoingId = (author: string, sourceId: string): string => `${digest([author, sourceId])}:0`;

/** `<connection>:<serial>:<index>`, made by Ably where the sender chose no id: nobody typed that. */
const isAblysId = ({ sourceId, message: { connectionId } }: MessageEntry): boolean =>
  typeof connectionId === "string" &&
  sourceId.startsWith(`${connectionId}:`) &&
  /^\d+:\d+$/.test(sourceId.slice(connectionId.length + 1));

/** The part of `<name>.<suffix>` that somebody chose; all of an id of another form. */
export const displayName = (clientId: string): string => clientId.replace(/\.[^.]{6}$/, "");

const refuse = (reason: Reason): Judgement => ({ kind: "refuse", reason });

const isCreate = (action: WireMessage["action"]): boolean =>
  action === undefined || action === null || action === 0 || action === "message.create";

type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: Reason };

function readText(message: WireMessage, textLength: number): Text {
  const decoded = decode(message.data, message.encoding);
  if (!decoded.ok) return { ok: false, reason: "undecodable" };
  const text = textIn(decoded.data);
  if (text === undefined) return { ok: false, reason: "not-text" };
  if (text.trim() === "") return { ok: false, reason: "empty" };
  if (isLongerThan(text, textLength)) return { ok: false, reason: "too-long" };
  return { ok: true, text };
}

function textIn(data: unknown): string | undefined {
  if (typeof data === "string") return data;
  if (typeof data !== "object" || data === null || !("text" in data)) return undefined;
  return typeof data.text === "string" ? data.text : undefined;
}

/** In code points, and without counting further than needed. */
function isLongerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let count = 0;
  for (const _ of text) count += 1;
  return count > most;
}

/** Matches may overlap; people see the spans. */
function countSpans(matches: readonly { readonly start: number; readonly end: number }[]): number {
  let spans = 0;
  let end = -1;
  for (const match of [...matches].sort((a, b) => a.start - b.start)) {
    if (match.start >= end) spans += 1;
    end = Math.max(end, match.end);
  }
  return spans;
}
