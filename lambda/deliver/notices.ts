/**
 * What a sender is told when a message does not come out at the other end.
 *
 * It is published on `chat:notices:<person>` with the event name `notice`; its data is an object:
 *
 *     { "source-id": "the sender's message id",
 *       "outcome": what became of it, "code" (and "reason"): one of those in decide/reasons.ts,
 *       "until": when the sender may try again, in ISO 8601, where that is known, "message": "one sentence for people",
 *       "from-rule": true where that is what a rule of the policy says, and not the sentence that belongs to the code,
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
import type { Sender } from "../receive/entry.ts";

/** An Ably message for a sender's own channel. */
export interface Notice {
  readonly id: string;
  readonly name: "notice";
  readonly data: string;
  readonly encoding: "json";
}

/** What became of a message. */
export interface Outcome {
  readonly sender: Sender;
  readonly reason: Reason;
  /** In place of the sentence that belongs to the reason. */
  readonly tell?: string | undefined;
  /** When the sender may try again, ms. */
  readonly until?: number | undefined;
  /** Names the event that it is about. */
  readonly event?: string;
}

/** A notice and where it is told. */
interface Told {
  readonly channel: string;
  readonly notice: Notice;
  readonly about: readonly Outcome[];
}

/**
 * What the senders of these messages are told: one notice for each message, but where one author has many with the same
 * reason they share one, so that telling a flood takes no longer than telling a person. Nobody in particular is told nothing.
 */
export function noticesAbout(outcomes: readonly Outcome[]): Told[] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const author = outcome.sender.message.clientId ?? "";
    if (isAnonymous(author)) continue;
    const key = JSON.stringify([outcome.reason, outcome.tell, outcome.until, author]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [outcome]);
    else group.push(outcome);
  }
  return [...groups.values()].flatMap((group) => {
    const shared = group.length > limits.singleNotices ? inPortions(group) : group.map((outcome) => [outcome] as const);
    return shared.map(noticeFor);
  });
}

type Group = readonly [Outcome, ...Outcome[]];

/** Cuts a group where it names more messages than one notice can. */
function inPortions(outcomes: readonly Outcome[]): Group[] {
  const portions: [Outcome, ...Outcome[]][] = [];
  let room = 0;
  for (const outcome of outcomes) {
    const portion = portions.at(-1);
    room -= outcome.sender.sourceId.length;
    if (portion !== undefined && room >= 0) portion.push(outcome);
    else {
      portions.push([outcome]);
      room = limits.noticeIds - outcome.sender.sourceId.length;
    }
  }
  return portions;
}

/**
 * The notice about a group. The notice of a repeated request has the same id, so it arrives once. When the sender tries
 * again, the message comes with another id, so that try has a notice of its own.
 */
function noticeFor(group: Group): Told {
  const [{ sender, reason, tell, until }, ...others] = group;
  const author = sender.message.clientId ?? "";
  const { outcome, message } = REASONS[reason];
  const also = others.map((other) => other.sender.sourceId);
  const events = group.map((each) => each.sender.message.id || each.sender.sourceId);
  const data = {
    "source-id": sender.sourceId,
    ...(also.length > 0 && { also }),
    outcome,
    code: reason,
    reason,
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    message: tell ?? message,
    ...(tell !== undefined && { "from-rule": true }),
  };
  const id = `${digest(["notice", author, reason, ...events])}:0`;
  return {
    channel: noticesChannel(author),
    notice: { id, name: "notice", data: JSON.stringify(data), encoding: "json" },
    about: group,
  };
}
