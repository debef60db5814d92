/** Slow mode: a room that has it takes one message of each person in so many seconds. */
import type { Said } from "../policy/recent-messages.ts";

/** A message, by where and when (ms) it was written. */
interface Written {
  readonly room: string;
  readonly at: number;
}

/** When the author of a message may write in its room again; undefined when that is now. Refused messages do not count. */
export function slowModeEnd({ room, at }: Written, recent: readonly Said[], slowModeMs: number): number | undefined {
  if (slowModeMs === 0) return undefined;
  const before = recent.filter((said) => said.room === room && !said.blocked && said.at <= at);
  const next = Math.max(...before.map((said) => said.at + slowModeMs));
  return next > at ? next : undefined;
}
