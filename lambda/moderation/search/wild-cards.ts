/**
 * Wild cards: signs in the place of letters, as in `p*tato` and `p**ato`. The first and the last letter are kept, at
 * most half of the letters are hidden, all by the same sign, and no blank stands between. Entries are looked up by
 * their length, their first and last letter and one letter more, so the time does not depend on the list.
 */
import type { Term } from "../list/term.ts";
import { GAP } from "../reading/characters.ts";
import { isCommonWord } from "../reading/common-words.ts";
import { type Glyph, glyphOf } from "../reading/glyph.ts";
import { KIND } from "../reading/kind.ts";
import { LEET } from "../reading/leet.ts";
import type { Candidate, Passage } from "./passage.ts";

/** A shorter word is guessed too easily. */
const MIN_SIZE = 4;
const MAX_SIZE = 32;
/** A dot stands between words more often than for a letter: `t.co` is no taco. */
const MIN_SIZE_WITH_DOT = 5;
/** Signs that never stand for a letter: they join or enclose words. */
const NO_WILD_CARD = "-‐‑–—'’‘ʼ＇`´\"“”„«»()[]{}<>/\\|,:;";

const MIX = 0x9e3779b1;
/** More keys in a bucket take more time, fewer take more room. */
const KEYS_IN_BUCKET = 2;

/** One place of a word: the index of a character in the passage, or a wild card. */
type Place = number;
const WILD: Place = -1;

/** A word with wild cards, while it is read. */
interface Word {
  readonly places: Place[];
  /** The sign of all its wild cards; empty as long as it has none. */
  sign: string;
  /** Where the part after its last wild card begins. */
  part: number;
}
const NO_WORD: Word = { places: [], sign: "", part: 0 };

/** For each place of a word the letters that it may be; undefined for a wild card. */
type Readings = readonly (readonly number[] | undefined)[];
const NONE: readonly number[] = [];

/** A run of the same sign. */
interface Signs {
  readonly sign: string;
  readonly count: number;
}

/** A passage that is being read, and what was found in it so far. */
interface Reading {
  readonly passage: Passage;
  readonly found: Candidate[];
}

export class WildCards {
  readonly #terms: readonly Term[];
  /** Where each bucket begins in `#entries`, which holds indexes of terms; made when it is first needed. */
  #begins: Int32Array | undefined;
  #entries = new Int32Array(0);
  #shift = 0;

  constructor(terms: readonly Term[]) {
    this.#terms = terms;
  }

  /** Find the entries that words with wild cards in the passage may be. */
  find(passage: Passage): Candidate[] {
    const { characters } = passage;
    const found: Candidate[] = [];
    const reading: Reading = { passage, found };
    if (!characters.hasSigns) return found;
    let word = NO_WORD;
    for (let at = 0; at < characters.length; at += 1) {
      const glyph = characters.glyph[at] as Glyph;
      const before = at === 0 ? undefined : signsBefore(passage, at);
      if (before === undefined) {
        this.#look(reading, word);
        word = NO_WORD;
      } else if (before.count > 0) word = this.#hide(reading, word, before);
      if (glyph.kind === KIND.symbol && !glyph.named) {
        word = this.#hide(reading, word, { sign: glyph.char, count: 1 });
      } else if (word === NO_WORD) word = { places: [at], sign: "", part: 0 };
      else if (word.places.length <= MAX_SIZE) word.places.push(at);
    }
    this.#look(reading, word);
    return found;
  }

  /** Add wild cards to the word. Another sign than before begins another word. */
  #hide(reading: Reading, word: Word, { sign, count }: Signs): Word {
    let next = word;
    if (word.sign !== "" && word.sign !== sign) {
      this.#look(reading, word);
      const places = word.places.slice(word.part);
      next = places.length === 0 ? NO_WORD : { places, sign: "", part: 0 };
    }
    if (next === NO_WORD) return next;
    next.sign = sign;
    for (let added = 0; added < count && next.places.length <= MAX_SIZE; added += 1) next.places.push(WILD);
    next.part = next.places.length;
    return next;
  }

  /** Look up a word that ends here. */
  #look({ passage, found }: Reading, { places: word, sign }: Word): void {
    const { characters } = passage;
    const size = word.length;
    if (sign === "" || size > MAX_SIZE || size < (sign === "." ? MIN_SIZE_WITH_DOT : MIN_SIZE)) return;
    const hidden = word.filter((place) => place === WILD).length;
    if (hidden * 2 > size || (sign === "." && hidden > 1)) return;
    const first = word[0] as number;
    const last = word[size - 1] as number;
    if (characters.glyph[first]?.kind !== KIND.letter || characters.glyph[last]?.kind !== KIND.letter) return;
    const readings = word.map((place) => (place === WILD ? undefined : characters.glyph[place]?.letters[0]));
    const seen = new Set<number>();
    for (const bucket of this.#rarest(readings)) {
      const end = this.#beginOf(bucket + 1);
      for (let at = this.#beginOf(bucket); at < end; at += 1) {
        const index = this.#entries[at] as number;
        const term = this.#terms[index] as Term;
        if (term.size !== size || seen.has(index) || !isSaid(term, readings)) continue;
        if (isWithoutWildCard(passage, { first, last, sign })) return;
        seen.add(index);
        found.push({ first, last, term, runsOnBefore: false, runsOnAfter: false });
      }
    }
  }

  /** The buckets of the terms that share the word's rarest letter, at its place, and its first and last letter. */
  #rarest(readings: Readings): readonly number[] {
    const size = readings.length;
    const rarest: number[] = [];
    for (const first of readings[0] ?? NONE) {
      for (const last of readings[size - 1] ?? NONE) {
        const frame = frameOf(size, first, last);
        let [least, at] = [Number.POSITIVE_INFINITY, 0];
        for (let place = 1; place < size && least > 0; place += 1) {
          const letters = readings[place];
          if (letters === undefined) continue;
          let count = 0;
          for (const letter of letters) count += this.#countIn(this.#bucketOf(frame, place, letter));
          if (count < least) [least, at] = [count, place];
        }
        if (least > 0) for (const letter of readings[at] ?? NONE) rarest.push(this.#bucketOf(frame, at, letter));
      }
    }
    return rarest;
  }

  #bucketOf(frame: number, place: number, letter: number): number {
    this.#begins ??= this.#fill();
    return hashOf(frame, place, letter) >>> this.#shift;
  }

  #beginOf(bucket: number): number {
    return this.#begins?.[bucket] ?? 0;
  }

  #countIn(bucket: number): number {
    return this.#beginOf(bucket + 1) - this.#beginOf(bucket);
  }

  /** Sort the terms into buckets: first count what goes into each, then put it there. */
  #fill(): Int32Array {
    let keys = 0;
    for (const term of this.#terms) if (canHide(term)) keys += term.size - 1;
    const bits = Math.max(4, Math.ceil(Math.log2(keys / KEYS_IN_BUCKET + 1)));
    const begins = new Int32Array(2 ** bits + 1);
    this.#shift = 32 - bits;
    this.#entries = new Int32Array(keys);
    this.#eachKey((bucket) => {
      begins[bucket + 1] = (begins[bucket + 1] as number) + 1;
    });
    for (let at = 1; at < begins.length; at += 1) begins[at] = (begins[at] as number) + (begins[at - 1] as number);
    const next = begins.slice();
    this.#eachKey((bucket, index) => {
      const at = next[bucket] as number;
      this.#entries[at] = index;
      next[bucket] = at + 1;
    });
    return begins;
  }

  #eachKey(visit: (bucket: number, index: number) => void): void {
    for (const [index, term] of this.#terms.entries()) {
      if (!canHide(term)) continue;
      const { letters, size } = term;
      const frame = frameOf(size, letters.charCodeAt(0), letters.charCodeAt(size - 1));
      for (let place = 1; place < size; place += 1) {
        visit(hashOf(frame, place, letters.charCodeAt(place)) >>> this.#shift, index);
      }
    }
  }
}

/** Is it two common words with a dot between (`be.an`), or a common word of four letters when its sign is one (`ca$h`)? */
function isWithoutWildCard(
  { text, characters: { start, end } }: Passage,
  { first, last, sign }: { first: number; last: number; sign: string },
): boolean {
  const word = text.slice(start[first], end[last]).toLowerCase();
  if (sign === ".") return word.split(sign).every((part) => part.length > 1 && isCommonWord(part));
  if (word.length !== MIN_SIZE) return false;
  return [...(LEET.get(sign) ?? "")].some((letter) => isCommonWord(word.replaceAll(sign, letter)));
}

/** Has the term the letters of the word? */
function isSaid({ letters }: Term, readings: Readings): boolean {
  for (let at = 0; at < letters.length; at += 1) {
    if (readings[at]?.includes(letters.charCodeAt(at)) === false) return false;
  }
  return true;
}

/** May letters of this term be hidden by wild cards? Not where a letter takes two units. */
const canHide = ({ words, size, exactly, letters }: Term): boolean =>
  words === 1 && exactly === undefined && size >= MIN_SIZE && size <= MAX_SIZE && size === letters.length;

/** A hash of what words have in common: their size, first and last letter. */
function frameOf(size: number, first: number, last: number): number {
  const hash = Math.imul(Math.imul(size, MIX) ^ first, MIX);
  return Math.imul(hash ^ (hash >>> 15) ^ last, MIX);
}

/** The hash of a frame with one letter in its place. */
function hashOf(frame: number, place: number, letter: number): number {
  const hash = Math.imul(frame ^ Math.imul(letter, MIX), MIX) + place;
  return Math.imul(hash ^ (hash >>> 15), MIX);
}

/** The signs before a character, perhaps none; undefined when the character does not belong to the word before it. */
function signsBefore({ text, characters }: Passage, at: number): Signs | undefined {
  if (characters.gap[at] === GAP.none) return NO_SIGNS;
  if ((characters.blanks[at] as number) > 0) return undefined;
  let sign = "";
  let count = 0;
  const end = characters.start[at] as number;
  for (let offset = characters.end[at - 1] as number; offset < end; ) {
    const point = text.codePointAt(offset) as number;
    offset += point > 0xffff ? 2 : 1;
    const glyph = glyphOf(point);
    if (glyph.kind === KIND.mark || glyph.kind === KIND.invisible) continue;
    if (NO_WILD_CARD.includes(glyph.char) || (sign !== "" && sign !== glyph.char)) return undefined;
    sign = glyph.char;
    count += 1;
  }
  return { sign, count };
}
const NO_SIGNS: Signs = { sign: "", count: 0 };
