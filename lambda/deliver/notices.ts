/**
 * What a sender is told when a message does not come out at the other end.
 *
 * It is published on `chat:notices:<person>` with the event name `notice`; its data is an object:
 *
 *     { "source-id": "the sender's message id", "author": "the sender's client id",
 *       "outcome": "refused" | "failed", "reason": one of the codes in decide/reasons.ts, "message": "one sentence for people" }
 *
 * `refused` is final: the same message will be refused again. `failed` is not the sender's fault: the message is kept
 * in quarantine where there is one, and the same message (same id) may be sent again; it is shown once in any case.
 */
import { noticesChannel } from "../channels.ts";
import { isAnonymous } from "../decide/author.ts";
import { REASONS, type Reason } from "../decide/reasons.ts";
import { digest } from "../ids.ts";
import type { MessageEntry } from "../receive/parse.ts";

/** An Ably message for a sender's own channel. */
export interface Notice {
  readonly id: string;
  readonly name: "notice";
  readonly data: string;
  readonly encoding: "json";
}

/** What the sender of a message is told, and where; undefined when nobody in particular sent it. */
export function noticeFor(entry: MessageEntry, reason: Reason): { channel: string; notice: Notice } | undefined {
  const author = entry.message.clientId ?? "";
  if (isAnonymous(author)) return undefined;
  const { outcome, message } = REASONS[reason];
  // The notice of a repeated request has the same id, so it arrives once. Another try of the sender is another event with
  // a notice of its own: its id as it came is another one.
  const eventId = entry.message.id || entry.sourceId;
  const notice = {
    id: `${digest(["notice", author, eventId, reason])}:0`,
    name: "notice",
    data: JSON.stringify({ "source-id": entry.sourceId, author, outcome, reason, message }),
    encoding: "json",
  } as const;
  return { channel: noticesChannel(author), notice };
}
