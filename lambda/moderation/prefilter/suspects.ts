/**
 * Finds the stretches of a text that the search has to read, and clears the plain words between them. A plain word is
 * two or more letters a to z with a blank or ordinary punctuation on both sides; one look-up tells that it is not
 * listed. Everything else goes to the search.
 */
import { asciiKind, KIND } from "../reading/kind.ts";
import { addLetter, addToPiece, LETTER_I, LETTERS, type PlainWords, SEED } from "./plain-words.ts";

/** What an ASCII character is: a letter, counted from 1, or one of these. */
const CLASS = { capitalI: LETTERS + 1, blank: 28, punctuation: 29, exclamation: 30, other: 31 } as const;
/** Signs that are never read as letters. */
const PUNCTUATION = "\"&'*,-./:;=?\\_`~)]}>";
const CLASSES = Uint8Array.from({ length: 0x80 }, (_, unit) => classOf(String.fromCharCode(unit)));

function classOf(char: string): number {
  if (char === "I") return CLASS.capitalI;
  const kind = asciiKind(char);
  if (kind === KIND.letter) return char.toLowerCase().charCodeAt(0) - 0x60;
  if (kind === KIND.blank) return CLASS.blank;
  if (PUNCTUATION.includes(char)) return CLASS.punctuation;
  return char === "!" ? CLASS.exclamation : CLASS.other;
}

/** What the text between two blanks is. */
const TOKEN = {
  /** Nothing that can be a letter. */
  empty: 0,
  /** A plain word that is not listed. A hit can cover it only as a later word of a phrase that began before it. */
  clear: 1,
  /** One letter, or digits and signs only. Alone it is no hit; several in a row may be one. */
  lone: 2,
  suspect: 3,
} as const;

/** Walks through a text from token to token. */
class Tokens {
  start = 0;
  end = 0;
  kind: number = TOKEN.empty;
  readonly #text: string;
  readonly #words: PlainWords;

  constructor(text: string, words: PlainWords) {
    this.#text = text;
    this.#words = words;
  }

  #classAt(at: number): number {
    return at < this.#text.length ? (CLASSES[this.#text.charCodeAt(at)] ?? CLASS.other) : CLASS.blank;
  }

  #pass(at: number, passed: number): number {
    let next = at;
    while (next < this.#text.length && this.#classAt(next) === passed) next += 1;
    return next;
  }

  /** Go on to the next token; false at the end of the text. */
  next(): boolean {
    this.start = this.#pass(this.end, CLASS.blank);
    if (this.start === this.#text.length) return false;
    const { pieces } = this.#words;
    const first = this.#pass(this.start, CLASS.punctuation);
    let [at, hash, piece, last, runs] = [first, SEED, 0, 0, 0];
    let isListed = false;
    let found = this.#classAt(at);
    for (; found <= CLASS.capitalI; at += 1, found = this.#classAt(at)) {
      // inside a word of small letters a capital I looks like an l
      if (found === CLASS.capitalI && at > first && this.#text.charCodeAt(at - 1) >= 0x61) break;
      const letter = found === CLASS.capitalI ? LETTER_I : found;
      if (letter === last) continue;
      hash = addLetter(hash, letter);
      last = letter;
      runs += 1;
      if (pieces === undefined) continue;
      piece = addToPiece(piece, letter);
      isListed ||= pieces[piece] === 1;
    }
    if (found === CLASS.exclamation && runs > 0) {
      const ending = last === LETTER_I ? hash : addLetter(hash, LETTER_I);
      isListed ||= this.#words.has(ending) || pieces?.[addToPiece(piece, LETTER_I)] === 1;
      at += 1;
    }
    this.end = this.#pass(at, CLASS.punctuation);
    if (this.#classAt(this.end) !== CLASS.blank) this.#readOn(runs > 0);
    else if (runs === 0) this.kind = TOKEN.empty;
    else if (isListed || this.#words.has(hash)) this.kind = TOKEN.suspect;
    else this.kind = runs === 1 ? TOKEN.lone : TOKEN.clear;
    return true;
  }

  /** The token is not a plain word: go on to its end. */
  #readOn(hasLetter: boolean): void {
    let hasName = hasLetter;
    for (; this.#classAt(this.end) !== CLASS.blank; this.end += 1) {
      hasName ||= this.#classAt(this.end) <= CLASS.capitalI || this.#text.charCodeAt(this.end) >= 0x80;
    }
    this.kind = hasName ? TOKEN.suspect : TOKEN.lone;
  }
}

/**
 * The stretches that the search has to read, as pairs of offsets, in order and disjoint. Each begins where a hit may
 * begin and ends at the next token that no hit can cover.
 */
export function findSuspects(text: string, words: PlainWords): readonly number[] {
  const found: number[] = [];
  const tokens = new Tokens(text, words);
  let [from, to, lone] = [-1, 0, 0];
  let isSuspect = false;
  let left = 0; // how many words more a phrase may have that began before
  while (tokens.next()) {
    if (tokens.kind === TOKEN.empty || (tokens.kind === TOKEN.clear && from < 0)) continue;
    if (tokens.kind === TOKEN.clear) {
      if (--left <= 0) {
        if (isSuspect) found.push(from, to);
        [from, lone, left, isSuspect] = [-1, 0, 0, false];
        continue;
      }
    } else {
      if (from < 0) from = tokens.start;
      if (tokens.kind === TOKEN.lone) lone += 1;
      isSuspect ||= tokens.kind === TOKEN.suspect || lone > 1;
      if (isSuspect) left = words.phraseWords;
    }
    to = tokens.end;
  }
  if (isSuspect) found.push(from, to);
  return found;
}
