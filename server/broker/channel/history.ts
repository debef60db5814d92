import type { ChannelEvent } from "./events.ts";

/**
 * What happened on a channel, oldest first, bounded by age, count and bytes. A ring would save the occasional
 * compaction; a list with a moving start keeps binary search simple.
 */
export class History {
  readonly #bounds: HistoryBounds;
  readonly #now: () => number;
  readonly #onLost: (event: ChannelEvent) => void;
  #entries: Entry[] = [];
  #start = 0;
  #bytes = 0;
  /** The position of the newest event that is no longer here. */
  #lostUpTo: string | undefined;

  constructor(bounds: HistoryBounds, now: () => number, onLost: (event: ChannelEvent) => void = () => {}) {
    this.#bounds = bounds;
    this.#now = now;
    this.#onLost = onLost;
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

  add(event: ChannelEvent, bytes: number): void {
    this.#entries.push({ event, bytes, at: this.#now() });
    this.#bytes += bytes;
    this.#evict();
  }

  /** Everything after `position`, or `undefined` when some of it is gone. */
  after(position: string): readonly ChannelEvent[] | undefined {
    this.#evict();
    if (this.#lostUpTo !== undefined && position < this.#lostUpTo) return undefined;
    return this.#entries.slice(this.#firstAfter(position)).map(({ event }) => event);
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
      const tooMany = this.#entries.length - this.#start > this.#bounds.publishes || this.#bytes > this.#bounds.bytes;
      if (entry.at > oldest && !tooMany) break;
      this.#lostUpTo = entry.event.position;
      this.#bytes -= entry.bytes;
      this.#start++;
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
