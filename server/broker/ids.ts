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
  #ms = 0;
  #counter = 0;

  constructor(series: string, now: () => number) {
    this.series = series;
    this.#now = now;
  }

  next(): string {
    const now = this.#now();
    if (now > this.#ms) {
      this.#ms = now;
      this.#counter = 0;
    } else if (this.#counter === 999) {
      this.#ms++;
      this.#counter = 0;
    } else this.#counter++;
    return `${String(this.#ms).padStart(14, "0")}-${String(this.#counter).padStart(3, "0")}@${this.series}`;
  }

  /** Whether `text` is a position of this series, and so comparable with `next()`. */
  owns(text: string): boolean {
    return POSITION.test(text) && text.endsWith(`@${this.series}`);
  }
}

const POSITION = /^\d{14}-\d{3}@[\w-]+$/;

/** The serial of the message at `index` of the publish at `position`. */
export const messageSerial = (position: string, index: number): string =>
  `${position}:${String(index).padStart(3, "0")}`;

/** The position of the publish that a message's serial belongs to. */
export const positionOf = (serial: string): string => serial.slice(0, serial.lastIndexOf(":"));

/** The milliseconds in a serial. */
export const timeOf = (serial: string): number => Number(serial.slice(0, 14));
