/**
 * Finds the terms of a list in a text: the prefilter clears the plain words, the search reads the rest, and then reads
 * it again without mark-up.
 */
import type { Term } from "../list/term.ts";
import { PlainWords } from "../prefilter/plain-words.ts";
import { findSuspects } from "../prefilter/suspects.ts";
import { findMarkup } from "../reading/markup.ts";
import { type Found, Search } from "./search.ts";
import { Trie } from "./trie.ts";

export class Finder {
  readonly #search: Search;
  readonly #plain: PlainWords;

  constructor(terms: readonly Term[]) {
    this.#search = new Search(new Trie(terms));
    this.#plain = new PlainWords(terms);
  }

  find(text: string): readonly Found[] {
    const suspects = findSuspects(text, this.#plain);
    // a line break may split one word into two plain ones
    if (suspects.length === 0 && !text.includes("\n")) return NONE;
    const found: Found[] = [];
    for (let at = 0; at < suspects.length; at += 2) {
      const stretch = { from: suspects[at] as number, to: suspects[at + 1] as number };
      for (const hit of this.#search.find(text, stretch)) found.push(hit);
    }
    const markup = findMarkup(text);
    if (markup.length > 0) {
      for (const hit of this.#search.find(text, { from: 0, to: text.length }, markup)) found.push(hit);
    }
    return found;
  }
}

const NONE: readonly Found[] = [];
