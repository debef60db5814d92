/**
 * What a sender is told when a message does not come out at the other end.
 *
 * It is published on `chat:notices:<person>` with the event name `notice`; its data is an object:
 *
 *     { "source-id": "the sender's message id", "author": "the sender's client id",
 *       "outcome": "refused" | "failed", "reason": one of the codes in decide/reasons.ts, "message": "one sentence for people",
 *       "also": ["the ids of more messages of that author, where it is about them too"] }
 *
 * `refused` is final: the same message will be refused again. `failed` is not the sender's fault: the message is kept
 * in quarantine where there is one, and the same message (same id) may be sent again; it is shown once in any case.
 */
import { noticesChannel } from "../channels.ts";
import { isAnonymous } from "../decide/author.ts";
import { REASONS, type Reason } from "../decide/reasons.ts";
import { digest } from "../ids.ts";
import { limits } from "../limits.ts";
import type { MessageEntry } from "../receive/parse.ts";

/** An Ably message for a sender's own channel. */
export interface Notice {
  readonly id: string;
  readonly name: "notice";
  readonly data: string;
  readonly encoding: "json";
}

/** A message that is not published, and why. */
interface Refusal {
  readonly entry: MessageEntry;
  readonly reason: Reason;
}

/** A notice and where it is told. */
interface Told {
  readonly channel: string;
  readonly notice: Notice;
}

/**
 * What the senders of these messages are told: one notice for each message, but where one author has many with the same
 * reason they share one, so that telling a flood takes no longer than telling a person. Nobody in particular is told nothing.
 */
export function noticesAbout(refusals: readonly Refusal[]): Told[] {
  const groups = new Map<string, Refusal[]>();
  for (const refusal of refusals) {
    const author = refusal.entry.message.clientId ?? "";
    if (isAnonymous(author)) continue;
    const key = `${refusal.reason}\n${author}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [refusal]);
    else group.push(refusal);
  }
  return [...groups.values()].flatMap((group) => {
    const shared = group.length > limits.singleNotices ? inPortions(group) : group.map((refusal) => [refusal] as const);
    return shared.map(noticeFor);
  });
}

type Group = readonly [Refusal, ...Refusal[]];

/** As many as one message can name. */
function inPortions(refusals: readonly Refusal[]): Group[] {
  const portions: [Refusal, ...Refusal[]][] = [];
  let room = 0;
  for (const refusal of refusals) {
    const portion = portions.at(-1);
    room -= refusal.entry.sourceId.length;
    if (portion !== undefined && room >= 0) portion.push(refusal);
    else {
      portions.push([refusal]);
      room = limits.noticeIds - refusal.entry.sourceId.length;
    }
  }
  return portions;
}

/**
 * The notice of a repeated request has the same id, so it arrives once. Another try of the sender is another event, whose
 * id as it came is another one, and so has a notice of its own.
 */
function noticeFor(group: Group): Told {
  const [{ entry, reason }, ...others] = group;
  const author = entry.message.clientId ?? "";
  const { outcome, message } = REASONS[reason];
  const also = others.map((other) => other.entry.sourceId);
  const events = group.map((each) => each.entry.message.id || each.entry.sourceId);
  const data = { "source-id": entry.sourceId, ...(also.length > 0 && { also }), author, outcome, reason, message };
  const id = `${digest(["notice", author, reason, ...events])}:0`;
  return {
    channel: noticesChannel(author),
    notice: { id, name: "notice", data: JSON.stringify(data), encoding: "json" },
  };
}
