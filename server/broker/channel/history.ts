/** The history of one channel, bounded by age, count and bytes. */
import { Budget } from "../budget.ts";
import { Queue } from "../queue.ts";
import type { KeptEvent } from "./events.ts";

/** Bytes that an event takes in memory besides its data, about. */
const EVENT_BYTES = 512;

/** Events of one channel, oldest first. */
export class History {
  readonly #bounds: HistoryBounds;
  readonly #now: () => number;
  readonly #onLost: ((event: KeptEvent) => void) | undefined;
  readonly #events = new Queue<KeptEvent>();
  #bytes = 0;
  readonly #budget: Budget;
  /** The position of the newest event that is no longer here. */
  #lostUpTo: string | undefined;

  constructor(bounds: HistoryBounds, now: () => number, { budget, onLost }: HistoryPorts = {}) {
    this.#bounds = bounds;
    this.#budget = budget ?? new Budget(Number.POSITIVE_INFINITY);
    this.#now = now;
    this.#onLost = onLost;
  }

  /** Forgets events that are too old or too many. */
  trim(): void {
    this.#evict();
  }

  /** Forgets everything, and that there may have been more until `position`. */
  clear(position: string | undefined = this.#lostUpTo): void {
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
    while (this.#events.size > 0) this.#events.shift();
    this.#lostUpTo = position;
  }

  get size(): number {
    this.#evict();
    return this.#events.size;
  }

  /** The time at which the newest event is forgotten, 0 when there is none. */
  get emptyAt(): number {
    const last = this.#events.at(this.size - 1);
    return last === undefined ? 0 : last.timestamp + this.#bounds.ms;
  }

  add(event: KeptEvent): void {
    this.#events.push(event);
    this.#bytes += sizeOf(event);
    this.#budget.take(sizeOf(event));
    this.#evict();
  }

  /** Everything after `position`, or `undefined` when some of it is gone. */
  after(position: string): readonly KeptEvent[] | undefined {
    this.#evict();
    if (this.#lostUpTo !== undefined && position < this.#lostUpTo) return undefined;
    const events: KeptEvent[] = [];
    for (let at = this.#firstAfter(position); at < this.#events.size; at++) {
      const event = this.#events.at(at);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** Everything kept, oldest first. */
  *all(): Iterable<KeptEvent> {
    this.#evict();
    for (let at = 0; at < this.#events.size; at++) {
      const event = this.#events.at(at);
      if (event !== undefined) yield event;
    }
  }

  /** Everything kept, newest first. */
  *newestFirst(): Iterable<KeptEvent> {
    this.#evict();
    for (let at = this.#events.size - 1; at >= 0; at--) {
      const event = this.#events.at(at);
      if (event !== undefined) yield event;
    }
  }

  /** The event at exactly `position`. */
  at(position: string): KeptEvent | undefined {
    this.#evict();
    const event = this.#events.at(this.#firstAfter(position) - 1);
    return event?.position === position ? event : undefined;
  }

  /** Whether this channel keeps too much, or all channels together do; the newest event stays in any case. */
  #isFull(): boolean {
    const count = this.#events.size;
    if (count > this.#bounds.publishes || this.#bytes > this.#bounds.bytes) return true;
    return this.#budget.exceeded && count > 1;
  }

  #firstAfter(position: string): number {
    let low = 0;
    let high = this.#events.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      const event = this.#events.at(middle);
      if (event !== undefined && event.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #evict(): void {
    const oldest = this.#now() - this.#bounds.ms;
    for (let event = this.#events.at(0); event !== undefined; event = this.#events.at(0)) {
      if (event.timestamp > oldest && !this.#isFull()) break;
      this.#lostUpTo = event.position;
      this.#bytes -= sizeOf(event);
      this.#budget.give(sizeOf(event));
      this.#events.shift();
      this.#onLost?.(event);
    }
  }
}

/** Whom a history tells of what it keeps and forgets. */
interface HistoryPorts {
  /** Counts the bytes of all histories. */
  readonly budget?: Budget;
  readonly onLost?: (event: KeptEvent) => void;
}

export interface HistoryBounds {
  readonly ms: number;
  readonly publishes: number;
  readonly bytes: number;
}

const sizeOf = ({ bytes }: KeptEvent): number => bytes + EVENT_BYTES;
