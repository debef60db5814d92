/** Rewind (`params.rewind`): the recent messages that a new attachment asks for. */
import { ok, type Result, refuse } from "../errors.ts";
import type { Channel } from "./channel.ts";
import type { ChannelEvent } from "./events.ts";

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** What a rewind comes to. */
export interface Rewind {
  /** Oldest first. */
  readonly events: readonly ChannelEvent[];
  /** Whether there was more than a rewind may bring. */
  readonly isCut: boolean;
}

export const NOTHING: Rewind = { events: [], isCut: false };

/** How far a rewind may reach. */
interface RewindBounds {
  /** Messages. */
  readonly most: number;
  readonly now: number;
}

/** The events that `params.rewind` asks for: `"5"` messages, or `"15s"` back. */
export function rewound(
  channel: Channel,
  params: ReadonlyMap<string, string>,
  { most, now }: RewindBounds,
): Result<Rewind> {
  const text = params.get("rewind");
  if (text === undefined) return ok(NOTHING);
  const match = /^(\d{1,6})([smh]?)$/.exec(text.trim());
  if (match === null) return refuse(40003, "unable to attach; rewind is neither a count nor a period");
  const amount = Number(match[1]);
  const unit = UNIT_MS[match[2] ?? ""];
  const wanted = unit === undefined ? Math.min(amount, most) : most;
  const since = unit === undefined ? 0 : now - amount * unit;
  const events: ChannelEvent[] = [];
  let count = 0;
  for (const event of channel.history.newestFirst()) {
    if (event.kind !== "message" || event.mutation !== undefined) continue;
    if (event.timestamp < since) break;
    if (count >= wanted) return ok({ events: events.reverse(), isCut: unit !== undefined || amount > most });
    const messages = event.messages.slice(-(wanted - count)).map((message) => channel.latest(message));
    events.push({ ...event, messages });
    count += messages.length;
  }
  return ok({ events: events.reverse(), isCut: false });
}
