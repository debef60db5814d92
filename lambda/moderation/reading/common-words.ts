/**
 * Common words that must not be taken for an entry: words of many languages that are written with a mark or a doubled
 * letter ("good", "año"), and the commonest short words of English. The table knows a place for each of them, so it knows
 * every one of them and takes about one other word in fifty for one. It holds the gaps between the places, in Rice's code:
 * as many ones as 32 goes into the gap, a zero, and five bits for the rest.
 */
import { COMMON_WORDS, SIZE, TAKEN } from "./common-words.generated.ts";

const REST_BITS = 5;
const REST = (1 << REST_BITS) - 1;

/** Two characters of the table hold 13 bits. The characters are # to ~ without the backslash. */
const CHARACTERS = 91;
const PAIR_BITS = 13;
const FIRST = 0x23;
const BACKSLASH = 0x5c;

let table: Uint8Array | undefined;

/** Is this word, in small letters, one of them? */
export function isCommonWord(word: string): boolean {
  // made when it is first needed: most texts do not need it
  table ??= unpacked();
  const place = placeOf(word, SIZE);
  return ((table[place >>> 3] as number) & (1 << (place & 7))) !== 0;
}

/** The place of a word among so many. */
export function placeOf(word: string, size: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at += 1) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % size;
}

/** The table of these places, which are different and in order. */
export function packed(places: readonly number[]): string {
  let bits = "";
  let next = 0;
  for (const place of places) {
    const gap = place - next;
    bits += `${"1".repeat(gap >>> REST_BITS)}0${(gap & REST).toString(2).padStart(REST_BITS, "0")}`;
    next = place + 1;
  }
  const character = (value: number): string => {
    const code = FIRST + value;
    return String.fromCharCode(code < BACKSLASH ? code : code + 1);
  };
  return bits.replace(/.{1,13}/g, (pair) => {
    const value = Number.parseInt(pair.padEnd(PAIR_BITS, "0"), 2);
    return character(value % CHARACTERS) + character(Math.floor(value / CHARACTERS));
  });
}

/** One bit for each place. */
function unpacked(): Uint8Array {
  const bits = new Uint8Array((SIZE + 7) >>> 3);
  // the next bits of the table, and how many they are
  let [ahead, left, at] = [0, 0, 0];
  const take = (): void => {
    ahead = (ahead << PAIR_BITS) | (valueAt(at) + CHARACTERS * valueAt(at + 1));
    left += PAIR_BITS;
    at += 2;
  };
  let place = -1;
  for (let word = 0; word < TAKEN; word += 1) {
    if (left === 0) take();
    let ones = Math.clz32(~(ahead << (32 - left)));
    while (ones >= left) {
      place += left << REST_BITS;
      left = 0;
      take();
      ones = Math.clz32(~(ahead << (32 - left)));
    }
    left -= ones + 1;
    if (left < REST_BITS) take();
    left -= REST_BITS;
    place += (ones << REST_BITS) + ((ahead >>> left) & REST) + 1;
    bits[place >>> 3] = (bits[place >>> 3] as number) | (1 << (place & 7));
  }
  return bits;
}

function valueAt(index: number): number {
  const code = COMMON_WORDS.charCodeAt(index);
  return code - FIRST - (code > BACKSLASH ? 1 : 0);
}
