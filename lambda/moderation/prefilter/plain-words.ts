/** Plain words of a list: one look-up tells that a word of the letters a to z begins no entry. */
import { LOOSE_SPACE, SPACE, type Term } from "../list/term.ts";

/** The letters a to z are counted from 1. */
export const LETTERS = 26;
const BEFORE_A = 0x60;
const EXCLAMATION = 0x21;
export const LETTER_I = 9; // and an exclamation mark after a word is read as one
/** The hash of no letters. */
export const SEED = 0x2545f491;
/** Adds a letter to a hash. A run of the same letter is added once. */
export const addLetter = (hash: number, letter: number): number => Math.imul(hash ^ letter, 0x9e3779b1);

/** An entry that may stand inside a longer word is known by its first three letters, of five bits each. */
const PIECE = 3;
const LETTER_BITS = 5;
const PIECES = 1 << (PIECE * LETTER_BITS);
export const addToPiece = (piece: number, letter: number): number => ((piece << LETTER_BITS) | letter) % PIECES;

export class PlainWords {
  /** The most words that a phrase of the list has. */
  readonly phraseWords: number;
  /** The first three letters of entries that may stand inside a word; absent when the list has no such entry. */
  readonly pieces: Uint8Array | undefined;
  readonly #slots: Int32Array;

  constructor(terms: readonly Term[]) {
    let phraseWords = 1;
    const hashes = new Set<number>();
    for (const term of terms) {
      phraseWords = Math.max(phraseWords, term.words);
      const letters = firstWord(term);
      if (letters === undefined) continue;
      hashes.add(letters.reduce(addLetter, SEED));
      if (!term.entry.openStart && !term.entry.openEnd) continue;
      this.pieces ??= new Uint8Array(PIECES);
      const known = letters.slice(0, PIECE);
      const end = known.reduce(addToPiece, 0);
      // an entry with fewer letters may have any letter before it
      for (let piece = end; piece < PIECES; piece += 1 << (known.length * LETTER_BITS)) this.pieces[piece] = 1;
    }
    this.phraseWords = phraseWords;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(hashes.size * 2 + 2)));
    for (const hash of hashes) this.#slots[this.#slotOf(hash)] = hash;
  }

  /** The slot of a hash, or the free slot where it would go. 0 marks a free slot. */
  #slotOf(hash: number): number {
    const last = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & last;
    while (this.#slots[slot] !== hash && this.#slots[slot] !== 0) slot = (slot + 1) & last;
    return slot;
  }

  /** Is the word with this hash the first word of an entry, perhaps with letters repeated? */
  has(hash: number): boolean {
    return this.#slots[this.#slotOf(hash)] === hash;
  }
}

/** The letters of a term's first word, counted from 1, each run once; none when it has other characters. */
function firstWord({ letters }: Term): number[] | undefined {
  const found: number[] = [];
  for (let at = 0; at < letters.length; at += 1) {
    const point = letters.charCodeAt(at);
    if (point === SPACE || point === LOOSE_SPACE) break;
    const letter = point === EXCLAMATION ? LETTER_I : point - BEFORE_A;
    if (letter < 1 || letter > LETTERS) return undefined;
    if (found.at(-1) !== letter) found.push(letter);
  }
  return found;
}
