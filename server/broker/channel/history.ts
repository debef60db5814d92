import { Budget } from "./budget.ts";
import type { ChannelEvent } from "./events.ts";

/** What an entry takes in memory besides the data, about. */
const ENTRY_BYTES = 512;

/**
 * What happened on a channel, oldest first, bounded by age, count and bytes. A ring would save the occasional
 * compaction; a list with a moving start keeps binary search simple.
 */
export class History {
  readonly #bounds: HistoryBounds;
  readonly #now: () => number;
  readonly #onLost: (event: ChannelEvent) => void;
  #entries: (Entry | undefined)[] = [];
  #start = 0;
  #bytes = 0;
  readonly #budget: Budget;
  /** The position of the newest event that is no longer here. */
  #lostUpTo: string | undefined;

  constructor(
    bounds: HistoryBounds,
    now: () => number,
    budget = new Budget(Number.POSITIVE_INFINITY),
    onLost: (event: ChannelEvent) => void = () => {},
  ) {
    this.#bounds = bounds;
    this.#budget = budget;
    this.#now = now;
    this.#onLost = onLost;
  }

  /** Forgets what is too old or too much. */
  trim(): void {
    this.#evict();
  }

  get size(): number {
    this.#evict();
    return this.#entries.length - this.#start;
  }

  /** The time at which the newest event is forgotten, 0 when there is none. */
  get emptyAt(): number {
    const last = this.#entries.at(-1);
    return last === undefined || this.size === 0 ? 0 : last.at + this.#bounds.ms;
  }

  /** `payload` counts the bytes that the publisher brought; what an entry takes besides is added here. */
  add(event: ChannelEvent, payload: number): void {
    const bytes = payload + ENTRY_BYTES;
    this.#entries.push({ event, bytes, at: this.#now() });
    this.#bytes += bytes;
    this.#budget.take(bytes);
    this.#evict();
  }

  /** Everything after `position`, or `undefined` when some of it is gone. */
  after(position: string): readonly ChannelEvent[] | undefined {
    this.#evict();
    if (this.#lostUpTo !== undefined && position < this.#lostUpTo) return undefined;
    const events: ChannelEvent[] = [];
    for (const entry of this.#entries.slice(this.#firstAfter(position)))
      if (entry !== undefined) events.push(entry.event);
    return events;
  }

  /** Everything kept, oldest first. */
  *all(): Iterable<ChannelEvent> {
    this.#evict();
    for (let at = this.#start; at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry !== undefined) yield entry.event;
    }
  }

  /** Everything kept, newest first. */
  *newestFirst(): Iterable<ChannelEvent> {
    this.#evict();
    for (let at = this.#entries.length - 1; at >= this.#start; at--) {
      const entry = this.#entries[at];
      if (entry !== undefined) yield entry.event;
    }
  }

  /** The event at exactly `position`. */
  at(position: string): ChannelEvent | undefined {
    this.#evict();
    const event = this.#entries[this.#firstAfter(position) - 1]?.event;
    return event?.position === position ? event : undefined;
  }

  /** Too much for this channel, or for all of them; the newest event stays in any case. */
  #isFull(): boolean {
    const count = this.#entries.length - this.#start;
    if (count > this.#bounds.publishes || this.#bytes > this.#bounds.bytes) return true;
    return this.#budget.exceeded && count > 1;
  }

  #firstAfter(position: string): number {
    let low = this.#start;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && entry.event.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #evict(): void {
    const oldest = this.#now() - this.#bounds.ms;
    for (let entry = this.#entries[this.#start]; entry !== undefined; entry = this.#entries[this.#start]) {
      if (entry.at > oldest && !this.#isFull()) break;
      this.#lostUpTo = entry.event.position;
      this.#bytes -= entry.bytes;
      this.#budget.give(entry.bytes);
      this.#entries[this.#start++] = undefined;
      this.#onLost(entry.event);
    }
    if (this.#start > 64 && this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
  }
}

export interface HistoryBounds {
  readonly ms: number;
  readonly publishes: number;
  readonly bytes: number;
}

interface Entry {
  readonly event: ChannelEvent;
  readonly bytes: number;
  readonly at: number;
}
