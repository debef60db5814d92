/**
 * Tells in constant time, whatever the length of the list, that a word is certainly not of the list. It knows the
 * terms by a hash of their coarse letters, runs of one letter counted as one letter.
 */

import { LOOSE_SPACE, SPACE, type Term } from "../list/term.ts";
import { coarse } from "./classes.ts";

export const SEED = 0x2545f491;
const MULTIPLIER = 0x9e3779b1;
/** Bits of the first, small table for each hash in it: one word in sixteen passes by chance, and meets the second. */
const BITS_PER_HASH = 16;
/** Terms that may stand inside words are known by this many of their first letters. */
export const GRAM = 4;

/** Add a letter to a hash. */
export const hashStep = (hash: number, letter: number): number => Math.imul(hash ^ letter, MULTIPLIER);

/** Hashes, each with the fewest letters that a word with this hash needs. */
class HashTable {
  readonly #bitmap: Int32Array;
  readonly #bitmapShift: number;
  readonly #slots: Int32Array;
  readonly #sizes: Uint8Array;
  readonly #slotsShift: number;

  constructor(sizes: ReadonlyMap<number, number>) {
    const bits = Math.max(10, Math.ceil(Math.log2(sizes.size * BITS_PER_HASH + 1)));
    const slotBits = Math.max(4, Math.ceil(Math.log2(sizes.size * 2 + 1)));
    this.#bitmap = new Int32Array(2 ** (bits - 5));
    this.#bitmapShift = 32 - bits;
    this.#slots = new Int32Array(2 ** slotBits);
    this.#sizes = new Uint8Array(2 ** slotBits);
    this.#slotsShift = 32 - slotBits;
    for (const [hash, size] of sizes) {
      const bit = hash >>> this.#bitmapShift;
      this.#bitmap[bit >>> 5] = (this.#bitmap[bit >>> 5] as number) | (1 << (bit & 31));
      if (hash === 0) continue; // 0 marks a free slot, and so is found wherever the bitmap lets it through
      let slot = hash >>> this.#slotsShift;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = hash;
      this.#sizes[slot] = Math.min(size, 0xff);
    }
  }

  has(hash: number, size: number): boolean {
    const bit = hash >>> this.#bitmapShift;
    if (((this.#bitmap[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
    let slot = hash >>> this.#slotsShift;
    for (;;) {
      const found = this.#slots[slot] as number;
      if (found === hash) return size >= (this.#sizes[slot] as number);
      if (found === 0) return false;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
  }
}

/** Note a hash in a table under construction. */
function note(sizes: Map<number, number>, hash: number, size: number): void {
  sizes.set(hash, Math.min(size, sizes.get(hash) ?? size));
}

export class Filter {
  /** The longest phrase, in words. */
  readonly phraseWords: number;
  /** May some term begin or end in the middle of a word? */
  readonly hasGrams: boolean;
  /** Does the list ask for that itself, with stars? Else it is the nature of a script without blanks. */
  readonly hasOpen: boolean;
  readonly #words: HashTable;
  readonly #grams: readonly (HashTable | undefined)[];

  constructor(terms: readonly Term[]) {
    const words = new Map<number, number>();
    const grams: Map<number, number>[] = [];
    let phraseWords = 1;
    let hasOpen = false;
    for (const term of terms) {
      phraseWords = Math.max(phraseWords, term.words);
      const { letters, size } = firstWord(term);
      if (term.anyStart || term.anyEnd) {
        const first = letters.slice(0, GRAM);
        const table = grams[first.length] ?? new Map<number, number>();
        grams[first.length] = table;
        note(table, first.reduce(hashStep, SEED), 0);
        if (term.entry.openStart || term.entry.openEnd) hasOpen = true;
      }
      note(words, letters.reduce(hashStep, SEED), size);
    }
    this.phraseWords = phraseWords;
    this.hasGrams = grams.length > 0;
    this.hasOpen = hasOpen;
    this.#words = new HashTable(words);
    this.#grams = Array.from({ length: GRAM + 1 }, (_, size) => {
      const set = grams[size];
      return set === undefined ? undefined : new HashTable(set);
    });
  }

  /** May a word of these letters, or of more than `size`, or the first word of a phrase, be on the list? */
  hasWord(hash: number, size = Number.POSITIVE_INFINITY): boolean {
    return this.#words.has(hash, size);
  }

  /** May a term begin with the last of these letters, where `recent` holds the latest GRAM letters, latest last? */
  hasGram(recent: readonly number[]): boolean {
    for (let size = 1; size <= GRAM && size <= recent.length; size += 1) {
      const set = this.#grams[size];
      if (set === undefined) continue;
      let hash = SEED;
      for (let i = recent.length - size; i < recent.length; i += 1) hash = hashStep(hash, recent[i] ?? 0);
      if (set.has(hash, 0)) return true;
    }
    return false;
  }
}

/** The coarse letters of a term's first word, each run once, and how many they are in full. */
function firstWord(term: Term): { letters: number[]; size: number } {
  const letters: number[] = [];
  let size = 0;
  for (const letter of term.letters) {
    if (letter === SPACE || letter === LOOSE_SPACE) break;
    size += 1;
    const next = coarse(letter);
    if (letters[letters.length - 1] !== next) letters.push(next);
  }
  return { letters, size };
}
