/**
 * One message in, one decision out: publish this, refuse it, or nothing to do. Pure, and closed by default: any doubt is
 * a refusal. The text that is published went through the moderator, and its author is the client id that Ably verified.
 */
import { outboundFor } from "../channels.ts";
import { limits } from "../limits.ts";
import type { Moderator } from "../moderation/index.ts";
import type { MessageEntry, WireMessage } from "../receive/parse.ts";
import { refuseAuthor } from "./author.ts";
import { type OutgoingMessage, outgoingMessage } from "./outgoing.ts";
import type { Reason } from "./reasons.ts";
import { readText } from "./text.ts";

export type Decision =
  | {
      readonly kind: "publish";
      readonly channel: string;
      readonly message: OutgoingMessage;
      readonly starred: number;
    }
  | { readonly kind: "refuse"; readonly reason: Reason }
  | { readonly kind: "ignore"; readonly reason: "not an inbound channel" | "not a new message" };

/** What a decision depends on besides the message. */
export interface Rules {
  readonly moderator: Moderator;
  /** Characters in one message. */
  readonly textLength: number;
}

/** Decide about one message; `now` stands in for a time stamp that is missing. */
export function decide(entry: MessageEntry, rules: Rules, now: number): Decision {
  const channel = outboundFor(entry.channel);
  if (channel === undefined) return { kind: "ignore", reason: "not an inbound channel" };
  if (!isCreate(entry.message.action)) return { kind: "ignore", reason: "not a new message" };
  try {
    const reason = refuseAuthor(entry.message.clientId ?? "", rules.moderator) ?? refuseId(entry, rules.moderator);
    return reason === undefined ? decideText(entry, { rules, channel, now }) : { kind: "refuse", reason };
  } catch {
    // the text could be in the error, so nothing of it is kept
    return { kind: "refuse", reason: "moderator-failed" };
  }
}

function decideText(
  { sourceId, message }: MessageEntry,
  { rules, channel, now }: { readonly rules: Rules; readonly channel: string; readonly now: number },
): Decision {
  const read = readText(message, rules.textLength);
  if (!read.ok) return { kind: "refuse", reason: read.reason };
  const { text, matches } = rules.moderator.moderate(read.text);
  const starred = countSpans(matches);
  const [author, timestamp] = [message.clientId ?? "", message.timestamp ?? now];
  return {
    kind: "publish",
    channel,
    message: outgoingMessage({ author, sourceId, timestamp, text, starred }),
    starred,
  };
}

const isCreate = (action: WireMessage["action"]): boolean =>
  action === undefined || action === null || action === 0 || action === "message.create";

/** A UUID, or digits alone: nobody can say anything in these, and a short word in one is chance. */
const CHANCE = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\d:-]+)$/i;

/** Everybody can read a message's source id, so it is moderated like text unless nobody typed it. */
function refuseId(entry: MessageEntry, moderator: Moderator): Reason | undefined {
  if (entry.sourceId.length > limits.sourceIdLength) return "bad-id";
  if (isAblysId(entry) || CHANCE.test(entry.sourceId)) return undefined;
  return moderator.moderate(entry.sourceId).matches.length > 0 ? "bad-id" : undefined;
}

/** `<connection>:<serial>:<index>`, made by Ably where the sender chose no id. */
const isAblysId = ({ sourceId, message: { connectionId } }: MessageEntry): boolean =>
  typeof connectionId === "string" &&
  sourceId.startsWith(`${connectionId}:`) &&
  /^\d+:\d+$/.test(sourceId.slice(connectionId.length + 1));

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
