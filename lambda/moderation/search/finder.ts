/**
 * Finds the terms of a list in a text: the prefilter clears the plain words and the search reads the rest. Then the search
 * reads the text again without mark-up, with letters that are drawn of signs, as reversed stretches are seen, and without
 * digits in Korean words, if there is any of it.
 */
import type { Term } from "../list/term.ts";
import { PlainWords } from "../prefilter/plain-words.ts";
import { findSuspects } from "../prefilter/suspects.ts";
import { findDrawnLetters } from "../reading/drawn-letters.ts";
import { findMarkup, type Markup } from "../reading/markup.ts";
import { findReversed } from "../reading/reversed.ts";
import { type Found, Search } from "./search.ts";
import { Trie } from "./trie.ts";

export class Finder {
  readonly #search: Search;
  readonly #plain: PlainWords;
  readonly #holdsDigits: boolean;

  constructor(terms: readonly Term[]) {
    this.#search = new Search(new Trie(terms));
    this.#plain = new PlainWords(terms);
    this.#holdsDigits = terms.some(holdsDigits);
  }

  find(text: string): readonly Found[] {
    const suspects = findSuspects(text, this.#plain);
    if (suspects.length === 0 && !mayHideWords(text)) return NONE;
    const found: Found[] = [];
    for (let at = 0; at < suspects.length; at += 2) {
      const stretch = { from: suspects[at] as number, to: suspects[at + 1] as number };
      for (const hit of this.#search.find(text, stretch)) found.push(hit);
    }
    for (const hit of this.#readWithout(text, findMarkup(text))) found.push(hit);
    for (const hit of this.#readWithout(text, findDrawnLetters(text))) found.push(hit);
    if (this.#holdsDigits) {
      for (const hit of this.#readWithout(text, findDigits(text))) if (holdsDigits(hit.term)) found.push(hit);
    }
    for (const { start, end, seen } of findReversed(text)) {
      for (const hit of this.#search.find(seen, { from: 0, to: seen.length })) {
        // the control characters belong to a hit that reaches up to them
        const from = hit.end === seen.length ? start - 1 : end - hit.end;
        const to = hit.start === 0 ? end + (text.charAt(end) === POP ? 1 : 0) : end - hit.start;
        found.push({ start: from, end: to, term: hit.term });
      }
    }
    return found;
  }

  /** Read the text without this mark-up, or with the letters that it stands for. */
  #readWithout(text: string, markup: readonly Markup[]): readonly Found[] {
    return markup.length === 0 ? NONE : this.#search.find(text, { from: 0, to: text.length }, markup);
  }
}

const NONE: readonly Found[] = [];
/** May digits stand between the letters? They may in Korean words that ask for variants. */
const holdsDigits = ({ entry }: Term): boolean => entry.varied && /\p{sc=Hangul}/u.test(entry.body);
/**
 * May plain words hold a hit? A line break may split one word into two plain ones, and a backslash may be part of a drawn
 * letter before or after a plain word, as in `\/iolet`.
 */
const mayHideWords = (text: string): boolean => text.includes("\n") || text.includes("\\");
/** Ends a stretch that is shown reversed. */
const POP = "\u202c";

/** Digits between Korean letters. */
const findDigits = (text: string): Markup[] =>
  Array.from(text.matchAll(/(?<=\p{sc=Hangul})[0-9]{1,3}(?=\p{sc=Hangul})/gu), ({ 0: digits, index }) => ({
    start: index,
    end: index + digits.length,
    point: undefined,
  }));
