/**
 * Decides about one message: publish it, hold it for a moderator, refuse it, or ignore it. Pure, and closed by default: any
 * doubt is a refusal. A text is published only as the policy left it, under the client id that Ably verified.
 */
import { outboundFor, roomOf } from "../channels.ts";
import { limits } from "../limits.ts";
import type { Moderator } from "../moderation/index.ts";
import { personOf } from "../person.ts";
import type { Policy } from "../policy/policy.ts";
import type { RecentMessages } from "../policy/recent-messages.ts";
import type { MessageEntry, WireMessage } from "../receive/entry.ts";
import type { SanctionChange } from "../sanction.ts";
import { type Applied, applyPolicy, type Ruling, type Scores } from "./apply-policy.ts";
import { refuseAuthor } from "./author.ts";
import { type OutgoingMessage, outgoingMessage } from "./outgoing.ts";
import type { Reason } from "./reasons.ts";
import { readText } from "./text.ts";

export type Decision =
  | (Judged & { readonly kind: "publish" })
  /** The message waits for a moderator, and is published as it is here when one approves it. */
  | (Judged & { readonly kind: "hold" })
  | {
      readonly kind: "refuse";
      readonly reason: Reason;
      /** What the policy says beyond the reason. */
      readonly tell?: string | undefined;
      /** When the sender may try again, ms. */
      readonly until?: number | undefined;
      readonly judged?: Judged | undefined;
    }
  | { readonly kind: "ignore"; readonly reason: "not an inbound channel" | "not a new message" | "done already" };

/** A text that the policy was asked about. */
export interface Judged {
  readonly channel: string;
  readonly room: string;
  readonly message: OutgoingMessage;
  readonly starred: number;
  /** As it was written. */
  readonly text: string;
  readonly action: Ruling["action"];
  readonly rules: readonly Applied[];
  readonly tell?: string | undefined;
}

/** The policy, and the sanction that each person is under. */
export interface InForce {
  readonly policy: Policy;
  sanctionOf(person: string): SanctionChange | undefined;
}

/** What a decision depends on besides the message. */
export interface Rules {
  readonly inForce: InForce;
  /** What people wrote lately. */
  readonly recentMessages: RecentMessages;
  /** What services said about this message's text. */
  readonly scores?: Scores | undefined;
  /** Characters in one message. */
  readonly textLength: number;
}

/** Decide about one message; `now` stands in for a time stamp that is missing. */
export function decide(entry: MessageEntry, rules: Rules, now: number): Decision {
  const channel = outboundFor(entry.channel);
  if (channel === undefined) return { kind: "ignore", reason: "not an inbound channel" };
  if (!isCreate(entry.message.action)) return { kind: "ignore", reason: "not a new message" };
  const { names } = rules.inForce.policy;
  try {
    const author = entry.message.clientId ?? "";
    const reason = refuseAuthor(author, names) ?? refuseRoom(entry.channel, names) ?? refuseId(entry, names);
    return reason === undefined ? judge(entry, { rules, channel, now }) : { kind: "refuse", reason };
  } catch {
    // the text could be in the error, so nothing of it is kept
    return { kind: "refuse", reason: "moderator-failed" };
  }
}

function judge(
  { channel: inbound, sourceId, message }: MessageEntry,
  { rules, channel, now }: { readonly rules: Rules; readonly channel: string; readonly now: number },
): Decision {
  const read = readText(message, rules.textLength);
  if (!read.ok) return { kind: "refuse", reason: read.reason };
  const { inForce, recentMessages, scores } = rules;
  const [author, timestamp] = [message.clientId ?? "", message.timestamp ?? now];
  const person = personOf(author);
  const room = roomOf(inbound);
  const {
    action,
    text,
    masked,
    rules: applied,
    code,
    tell,
    until,
  } = applyPolicy(
    { text: read.text, room, at: timestamp },
    {
      policy: inForce.policy,
      sanction: inForce.sanctionOf(person),
      recent: inForce.policy.remembers ? recentMessages.of(person, sourceId) : [],
      now,
      scores,
    },
  );
  const starred = masked.length;
  const outgoing = outgoingMessage({ author, sourceId, timestamp, text, starred });
  const judged = { channel, room, message: outgoing, starred, text: read.text, action, rules: applied, tell };
  if (action === "block") return { kind: "refuse", reason: code ?? "blocked", tell, until, judged };
  return { ...judged, kind: action === "hold" ? "hold" : "publish" };
}

/** Is this a new message, and not a change of an earlier one? */
export const isCreate = (action: WireMessage["action"]): boolean =>
  action === undefined || action === null || action === 0 || action === "message.create";

/** Everybody can read the name of the room that they are in. */
const refuseRoom = (inbound: string, moderator: Moderator): Reason | undefined =>
  moderator.moderate(roomOf(inbound)).matches.length > 0 ? "bad-room" : undefined;

/** A UUID, or digits alone. Nobody can say anything with these, so a short word in a UUID is there by chance. */
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
