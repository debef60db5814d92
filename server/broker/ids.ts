/** Ids and serials: what is random, and what grows. */
import { randomBytes } from "node:crypto";

/** Randomness as the broker sees it: `size` fresh bytes. */
export type Random = (size: number) => Buffer;

const POOL = 4096;

/** Random bytes of the system, fetched by the page because each fetch costs more than the bytes. */
export function systemRandom(): Random {
  let pool = randomBytes(POOL);
  let used = 0;
  return (size) => {
    if (size > POOL) return randomBytes(size);
    if (used + size > POOL) {
      pool = randomBytes(POOL);
      used = 0;
    }
    used += size;
    return pool.subarray(used - size, used);
  };
}

/** A short URL-safe id that a client cannot guess. */
export const newId = (random: Random, bytes = 9): string => random(bytes).toString("base64url");

/**
 * Serials: `<14 digits of ms>-<3 digits of counter>@<series>`, strictly growing over the whole app and comparable as
 * text while the series is the same. A position in a channel is such a serial; a message's is one with `:<index>`.
 */
export class Serials {
  readonly series: string;
  readonly #now: () => number;
  /** What follows the milliseconds, for each count: made once, because every publish needs one. */
  readonly #tails: readonly string[];
  #ms = 0;
  #counter = 0;
  #head = "";

  /** `after`: a position that all of these come after. */
  constructor(series: string, now: () => number, after = "") {
    this.series = series;
    this.#now = now;
    if (after !== "") this.#startAt(timeOf(after) + 1);
    this.#tails = Array.from({ length: 1000 }, (_, count) => `-${threeDigits(count)}@${series}`);
  }

  next(): string {
    const now = this.#now();
    if (now > this.#ms) this.#startAt(now);
    else if (this.#counter === 999) this.#startAt(this.#ms + 1);
    else this.#counter++;
    return this.#head + this.#tails[this.#counter];
  }

  #startAt(ms: number): void {
    this.#ms = ms;
    this.#counter = 0;
    this.#head = String(ms).padStart(14, "0");
  }

  /** Whether `text` is a position of this series, and so comparable with `next()`. */
  owns(text: string): boolean {
    return POSITION.test(text) && text.endsWith(`@${this.series}`);
  }
}

const threeDigits = (count: number): string => String(count).padStart(3, "0");

const POSITION = /^\d{14}-\d{3}@[\w-]+$/;

/** The serial of the message at `index` of the publish at `position`. */
export const messageSerial = (position: string, index: number): string =>
  index === 0 ? `${position}:000` : `${position}:${threeDigits(index)}`;

/** The serials of a publish, given that of its last message. */
export function serialsUpTo(last: string): string[] {
  const position = positionOf(last);
  const count = Number(last.slice(position.length + 1)) + 1;
  return Array.from({ length: count }, (_, index) => messageSerial(position, index));
}

/** The position of the publish that a message's serial belongs to. */
export const positionOf = (serial: string): string => serial.slice(0, serial.lastIndexOf(":"));

/** The milliseconds in a serial. */
export const timeOf = (serial: string): number => Number(serial.slice(0, 14));
