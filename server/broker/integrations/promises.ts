/** Promises: events that a rule still has to deliver. Where there is a storage they are written down until then. */
import type { ChannelEvent } from "./event.ts";

/** Where promises are written down. */
export interface PromiseBook {
  promised(ruleId: string, id: string, promise: { readonly at: number; readonly event: ChannelEvent }): void;
  settled(ruleId: string, id: string): void;
}

/** A promise that was written down by a broker before this one. */
export interface KeptPromise {
  readonly id: string;
  readonly at: number;
  readonly event: ChannelEvent;
}

/** The promise that one rule delivers one event. */
export interface Promised {
  /** When it was accepted. */
  readonly at: number;
  /** Whether a broker before this one accepted it. */
  readonly isOld?: boolean;
  /** The rule has delivered it, or never will. */
  settle(): void;
}

/** Writes promises down under ids that sort as the promises were made. */
export class Promises {
  readonly #book: PromiseBook;
  readonly #now: () => number;
  readonly #series: string;
  #count = 0;

  constructor(book: PromiseBook, now: () => number, series: string) {
    this.#book = book;
    this.#now = now;
    this.#series = series;
  }

  make(ruleId: string, event: ChannelEvent): Promised {
    const at = this.#now();
    const id = `${String(at).padStart(14, "0")}-${String(this.#count++).padStart(9, "0")}-${this.#series}`;
    this.#book.promised(ruleId, id, { at, event });
    return { at, settle: () => this.#book.settled(ruleId, id) };
  }

  /** Takes up a promise that is written down already. */
  takeUp(ruleId: string, { id, at }: KeptPromise): Promised {
    return { at, isOld: true, settle: () => this.#book.settled(ruleId, id) };
  }
}
