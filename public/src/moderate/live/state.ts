/** What the live view shows, and what can be done there. */
import type { Decision } from "../wire.ts";

export interface LiveState {
  /** Newest first. */
  readonly decisions: readonly Decision[];
  /** What came while paused, newest first; null when it is not paused. */
  readonly held: readonly Decision[] | null;
  readonly filter: Filter;
}

/** What is shown; empty text is everything. */
export interface Filter {
  readonly room: string;
  readonly rule: string;
  readonly action: string;
}

export interface LiveActions {
  filter(change: Partial<Filter>): void;
  pause(isPaused: boolean): void;
}

/** Is it one of those that somebody wants to see? */
export const passes = ({ room, rules, action }: Decision, filter: Filter): boolean =>
  (filter.room === "" || room === filter.room) &&
  (filter.rule === "" || rules.includes(filter.rule)) &&
  (filter.action === "" || action === filter.action);
