/** Chance that can be repeated: the same seed makes the same run. */
export interface Chance {
  /** A whole number from 0 up to, not including, `below`. */
  int(below: number): number;
  pick<T>(choices: readonly T[]): T;
  bool(share?: number): boolean;
  bytes(length: number): Buffer;
}

/** mulberry32: 32 bits of state, good enough to be unpleasant. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    pick(choices) {
      // an undefined choice is a choice
      return choices[int(choices.length)] as (typeof choices)[number];
    },
    bool: (share = 0.5) => next() < share,
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(256))),
  };
}
