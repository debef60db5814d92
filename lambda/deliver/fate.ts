/** The fate of one entry of a request: what was decided about it, how sending it went, and whether it is kept. */
import type { Decision, Judged } from "../decide/decide.ts";
import type { Reason } from "../decide/reasons.ts";
import { digest } from "../ids.ts";
import { storableRaw } from "../quarantine/entry.ts";
import type { Entry, MessageEntry } from "../receive/entry.ts";
import type { Sending } from "./publish-once.ts";

export interface Fate<E extends Entry = Entry> {
  readonly entry: E;
  decision?: Decision;
  /** The id of the moderated copy, if that was published before; then nothing is decided. */
  outBefore?: string | undefined;
  sending?: Sending;
  /** Is it in quarantine? */
  isKept?: boolean;
  /** It belongs there, but its sender has filled a fair share of the quarantine already. */
  isForgone?: boolean;
}

export type MessageFate = Fate<MessageEntry>;

export const isOfMessage = (fate: Fate): fate is MessageFate => fate.entry.kind === "message";

/** What the policy said of its text; undefined where it was not asked. */
export function judgedOf({ decision }: Fate): Judged | undefined {
  if (decision?.kind === "publish" || decision?.kind === "hold") return decision;
  return decision?.kind === "refuse" ? decision.judged : undefined;
}

/** Could it go out yet? */
export const isPending = ({ sending }: Fate): boolean => sending?.outcome === "failed" || sending?.outcome === "unsent";

/** Why it will never go out as things are; undefined for everything else. */
export function finalReason({ decision, sending }: Fate): Reason | undefined {
  if (decision?.kind === "refuse") return decision.reason;
  if (sending?.outcome === "held") return "held";
  if (sending?.outcome === "rejected") return "publish-rejected";
  if (sending?.outcome === "unverifiable") return "unverifiable";
  return undefined;
}

/** Ably's own stamp on it, ms. */
export const stampOf = ({ entry }: Fate): number | undefined =>
  entry.kind === "message" ? (entry.message.timestamp ?? undefined) : undefined;

/** Names one event, and not one message: when the sender sends the same message again, that is another event. */
export function eventKey(entry: Entry): string {
  if (entry.kind === "message") {
    const { clientId, timestamp } = entry.message;
    return `${entry.channel}\n${clientId ?? ""}\n${entry.sourceId}\n${timestamp ?? ""}`;
  }
  return digest([entry.kind === "nonsense" ? storableRaw(entry.raw).raw : entry.source]);
}
