/**
 * Common words that must not be taken for an entry: words of many languages that are written with a mark or a doubled
 * letter ("good", "año"), and the commonest short words of English. They are kept in a Bloom filter, which knows every
 * one of them and takes about one other word in fifty for one of them.
 */
import { COMMON_WORDS } from "./common-words.generated.ts";

export const BLOOM = { bitsPerWord: 8, hashes: 5 } as const;

/** Browsers and Node have it; the language itself does not, and the engine's types know nothing else. */
declare function atob(base64: string): string;

let bits: Uint8Array | undefined;

/** Is this word, in small letters, one of them? */
export function isCommonWord(word: string): boolean {
  // made when it is first needed: most texts do not need it
  bits ??= Uint8Array.from(atob(COMMON_WORDS), (char) => char.charCodeAt(0));
  for (const place of placesOf(word, bits.length * 8)) {
    if (((bits[place >>> 3] as number) & (1 << (place & 7))) === 0) return false;
  }
  return true;
}

/** The bits that a word sets in a filter of this size. */
export function placesOf(word: string, size: number): number[] {
  let [a, b] = [0x811c9dc5, 0x9e3779b1];
  for (let at = 0; at < word.length; at += 1) {
    a = Math.imul(a ^ word.charCodeAt(at), 0x01000193);
    b = Math.imul(b + word.charCodeAt(at), 0x85ebca6b) ^ (b >>> 13);
  }
  return Array.from({ length: BLOOM.hashes }, (_, index) => ((a >>> 0) + index * ((b | 1) >>> 0)) % size);
}
