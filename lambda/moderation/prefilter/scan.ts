/**
 * One pass over the text that finds the few stretches where a term might be, for the matcher to decide. It never
 * leaves out a hit, it may well point at none. A plain word costs a table look-up for each unit and one look into
 * the filter. What it points at:
 * - a word the filter knows, however its letters are written;
 * - parts joined by punctuation, where the filter cannot tell from whole and parts alone;
 * - runs of letters that stand alone, which may spell a word;
 * - after the first word of a phrase, as many words as the longest phrase has.
 */

import { isVirama } from "../reading/glyph.ts";
import { APOSTROPHES } from "../reading/leet.ts";
import { CLASS, CLASSES, FIRST_LETTER, LETTERS, learn, wideClass } from "./classes.ts";
import { type Filter, GRAM, hashStep, SEED } from "./filter.ts";

/** Letters below take no vowel signs; see `takesVowels`. */
const FIRST_WITH_VOWELS = 0x900;

const LETTER_I = 0x69;
const EXCLAMATION = 0x21;
const NINE = 0x39;

const isSmallLetter = (unit: number): boolean => unit >= 0x61 && unit <= 0x7a;

/** The stretches to look at, as pairs of offsets one after the other, in order and disjoint. */
export function findSuspects(text: string, filter: Filter): readonly number[] {
  const suspects = new Suspects(filter.phraseWords);
  let token: Token | undefined;
  const classes = CLASSES;
  const length = text.length;
  let at = 0;
  while (at < length) {
    let unit = text.charCodeAt(at);
    let kind = classes[unit] as number;
    if (kind === CLASS.blank) {
      at += 1;
      continue;
    }
    const from = at;
    let hash = SEED;
    let last = 0;
    let runs = 0;
    if (kind === CLASS.capitalI) kind = LETTER_I;
    while (kind >= FIRST_LETTER) {
      if (kind !== last) {
        hash = hashStep(hash, kind);
        last = kind;
        runs += 1;
      }
      at += 1;
      if (at === length) {
        kind = CLASS.blank;
        break;
      }
      unit = text.charCodeAt(at);
      kind = classes[unit] as number;
    }
    let suspect = false;
    const size = at - from;
    if (runs > 1 && kind !== CLASS.blank) {
      if (kind === CLASS.symbol) {
        // one symbol at the end, an exclamation mark for the most part
        const ending = LETTERS[unit] as number;
        suspect = filter.hasWord(ending === last ? hash : hashStep(hash, ending), size + 1);
        at += 1;
        kind = at === length ? CLASS.blank : (classes[text.charCodeAt(at)] as number);
      }
      while (kind === CLASS.other) {
        at += 1;
        kind = at === length ? CLASS.blank : (classes[text.charCodeAt(at)] as number);
      }
    }
    if (kind === CLASS.blank && runs > 0 && !filter.hasOpen) {
      suspect ||= filter.hasWord(hash, size);
      suspects.add(from, at, suspect, runs === 1, runs === 1);
      continue;
    }
    token ??= new Token(filter);
    token.read(text, from);
    at = token.end;
    if (at === from) {
      at += 1; // a blank that was not known for one
    } else if (!token.counts) suspects.pass(at);
    else suspects.add(from, at, token.suspect, token.head, token.tail);
  }
  return suspects.finish();
}

const NONE: readonly number[] = [];

/** Joins what is suspect: letters that stand alone in runs, phrases over several words. */
class Suspects {
  #found: number[] | undefined;
  readonly #phraseWords: number;
  #phraseFrom = -1;
  #phraseTo = 0;
  #phraseLeft = 0;
  #runFrom = -1;
  #runTo = 0;
  #runTokens = 0;
  #runSuspect = false;

  constructor(phraseWords: number) {
    this.#phraseWords = phraseWords;
  }

  /** Text without blanks; `head` and `tail` tell whether the first and last letter in it stand alone. */
  add(from: number, to: number, suspect: boolean, head: boolean, tail: boolean): void {
    const joins = head && this.#runFrom >= 0;
    if (joins) {
      this.#runTokens += 1;
      this.#runTo = to;
      if (suspect) this.#runSuspect = true;
    }
    if (this.#runFrom >= 0 && !(joins && tail)) this.#closeRun();
    if (joins) return;
    if (tail) {
      this.#runFrom = from;
      this.#runTo = to;
      this.#runTokens = 1;
      this.#runSuspect = suspect;
    } else if (suspect) this.#add(from, to);
    else if (this.#phraseFrom >= 0) this.#passPhrase(to, 1);
  }

  /** Text without blanks or letters: a run goes on across it. */
  pass(to: number): void {
    if (this.#runFrom >= 0) this.#runTo = to;
  }

  finish(): readonly number[] {
    if (this.#runFrom >= 0) this.#closeRun();
    if (this.#phraseFrom >= 0) this.#passPhrase(this.#phraseTo, this.#phraseWords);
    return this.#found ?? NONE;
  }

  #closeRun(): void {
    const from = this.#runFrom;
    this.#runFrom = -1;
    if (this.#runSuspect || this.#runTokens > 1) this.#add(from, this.#runTo);
    else if (this.#phraseFrom >= 0) this.#passPhrase(this.#runTo, this.#runTokens);
  }

  #add(from: number, to: number): void {
    if (this.#phraseWords === 1) {
      this.#push(from, to);
      return;
    }
    if (this.#phraseFrom < 0) this.#phraseFrom = from;
    this.#phraseTo = to;
    this.#phraseLeft = this.#phraseWords;
  }

  #passPhrase(to: number, words: number): void {
    this.#phraseTo = to;
    this.#phraseLeft -= words;
    if (this.#phraseLeft > 0) return;
    this.#push(this.#phraseFrom, to);
    this.#phraseFrom = -1;
  }

  #push(from: number, to: number): void {
    this.#found ??= [];
    this.#found.push(from, to);
  }
}

/** A closer look at the text up to the next blank, with everything that can be in it. */
class Token {
  end = 0;
  suspect = false;
  /** Do the first and the last letter in it stand alone? */
  head = false;
  tail = false;
  /** Does it hold anything that could be a letter? */
  counts = false;
  readonly #filter: Filter;
  // the part since the last break
  #part = SEED;
  #partLast = 0;
  #partRuns = 0;
  #parts = 0;
  /** Is there nothing but an apostrophe between a longer part and this one? */
  #isClitic = false;

  constructor(filter: Filter) {
    this.#filter = filter;
  }

  read(text: string, from: number): void {
    const filter = this.#filter;
    const { hasGrams, hasOpen } = filter;
    const length = text.length;
    const recent: number[] = [];
    this.suspect = false;
    this.head = true;
    this.tail = true;
    this.#parts = 0;
    this.#isClitic = false;
    this.#part = SEED;
    this.#partLast = 0;
    this.#partRuns = 0;
    let rare = false;
    let named = false;
    let spaceless = false;
    let spaced = false;
    // all parts joined, and all parts with symbols read as letters
    let joined = SEED;
    let joinedLast = 0;
    let spelled = SEED;
    let spelledLast = 0;
    let symbols = 0;
    let lastSymbol = -1;
    // what the breaks between parts consist of
    let gapOther = false;
    let gapSymbol = false;
    let gapExclamation = false;
    let gapFrom = from;
    let letterEnd = from;
    let longBefore = false;
    // symbols that are no neighbours of letters stand alone
    let loneSymbol = false;
    let loneHead = false;
    let symbolUnits = 0;
    let plainBreaks = 0;
    let mixedBreaks = 0;

    let at = from;
    while (at < length) {
      let point = text.charCodeAt(at);
      let kind = CLASSES[point] as number;
      if (kind === CLASS.unknown) kind = learn(point);
      if (kind === CLASS.blank) break;
      let letter = kind >= FIRST_LETTER ? kind : (LETTERS[point] as number);
      at += 1;
      if (kind === CLASS.surrogate) {
        point = text.codePointAt(at - 1) ?? 0;
        if (point > 0xffff) at += 1;
        ({ kind, letter } = wideClass(point));
      }
      if (kind === CLASS.capitalI) {
        if (at - 2 >= from && isSmallLetter(text.charCodeAt(at - 2))) rare = true;
        kind = LETTER_I;
      }
      if (kind === CLASS.vowel && joinedLast < FIRST_WITH_VOWELS) kind = CLASS.skipped;
      if (kind >= FIRST_LETTER || kind === CLASS.spaceless || kind === CLASS.vowel) {
        if (this.#partRuns === 0) {
          this.#parts += 1;
          const parts = this.#parts;
          if (parts > 1 && !gapSymbol) plainBreaks = 1;
          if (parts > 1 && gapOther && gapSymbol) mixedBreaks += 1;
          if (parts > 1 && gapExclamation) rare = true;
          const apostrophe = gapFrom === letterEnd && at - gapFrom === 2 && APOSTROPHES.includes(text.charAt(gapFrom));
          this.#isClitic = parts > 1 && longBefore && apostrophe;
          if (parts === 1 && gapSymbol && (gapOther || symbolUnits > 1)) loneHead = true;
          loneSymbol = false;
          gapOther = false;
          gapSymbol = false;
          gapExclamation = false;
        }
        if (point > NINE) named = true;
        if (kind === CLASS.spaceless) spaceless = true;
        else if (kind !== CLASS.vowel) spaced = true;
        if (letter !== this.#partLast) {
          this.#part = hashStep(this.#part, letter);
          if (kind !== CLASS.vowel && !(this.#partRuns > 0 && isVirama(this.#partLast))) this.#partRuns += 1;
          this.#partLast = letter;
        }
        if (letter !== joinedLast) {
          joined = hashStep(joined, letter);
          joinedLast = letter;
          if (hasGrams && (hasOpen || spaceless)) {
            recent.push(letter);
            if (recent.length > GRAM) recent.shift();
            if (!this.suspect && filter.hasGram(recent)) this.suspect = true;
          }
        }
        if (letter !== spelledLast) {
          spelled = hashStep(spelled, letter);
          spelledLast = letter;
        }
        lastSymbol = -1;
        letterEnd = at;
        continue;
      }
      switch (kind) {
        case CLASS.skipped:
          break;
        case CLASS.symbol:
          if (this.#partRuns === 0) loneSymbol = true;
          else longBefore = this.#endPart();
          symbolUnits += 1;
          gapSymbol = true;
          if (point === EXCLAMATION) gapExclamation = true;
          if (point > 0x7f) named = true;
          if (point !== lastSymbol) {
            symbols += 1;
            lastSymbol = point;
          }
          if (letter !== spelledLast) {
            spelled = hashStep(spelled, letter);
            spelledLast = letter;
          }
          break;
        case CLASS.rare:
          rare = true;
          if (point > 0x7f) named = true;
          break;
        default:
          if (this.#partRuns > 0) {
            longBefore = this.#endPart();
            gapFrom = at - (point > 0xffff ? 2 : 1);
          }
          gapOther = true;
          lastSymbol = -1;
      }
    }
    this.#endPart();
    const parts = this.#parts;
    if (parts > 1 && filter.hasWord(joined)) this.suspect = true;
    if (symbols > 0 && filter.hasWord(spelled)) this.suspect = true;
    this.end = at;
    this.counts = parts > 0 || symbols > 0 || rare;
    // where scripts with and without blanks meet, a word ends without a sign
    const meets = spaceless && (spaced || hasGrams);
    if (loneHead || rare || meets || parts === 0) this.head = true;
    if (loneSymbol || rare || meets || parts === 0) this.tail = true;
    if (rare || (hasGrams && symbols > 0)) this.suspect = true;
    if ((spaceless && spaced) || (!spaceless && (parts > 2 || plainBreaks + symbols + mixedBreaks > 1)))
      this.suspect = true;
    // digits and symbols alone are no hit
    if (!named) this.suspect = false;
  }

  /** End the part since the last break; was it longer than one letter? */
  #endPart(): boolean {
    if (this.#partRuns === 0) return false;
    if (this.#filter.hasWord(this.#part)) this.suspect = true;
    const long = this.#partRuns > 1;
    if (this.#parts === 1) this.head = !long;
    this.tail = !long && !this.#isClitic;
    this.#part = SEED;
    this.#partLast = 0;
    this.#partRuns = 0;
    return long;
  }
}
