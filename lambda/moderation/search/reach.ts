/**
 * Reach: which nodes of the trie still lead to a term with the letters that a text has at all. A text of nothing but
 * signs that can each be several letters has few different ones, so most beginnings of terms are given up at once.
 */
import { LOOSE_SPACE, SPACE } from "../list/term.ts";
import type { Characters } from "../reading/characters.ts";
import type { Glyph } from "../reading/glyph.ts";
import { BAR } from "../reading/symbols.ts";
import { bitOf, type Trie } from "./trie.ts";

/** A text with more different characters has few signs among them, and is read without this. */
const MOST_GLYPHS = 64;
/** Nodes looked at for each character of the text. When they are used up, every node leads to a term. */
const LOOKS_A_CHARACTER = 2;
/** Farther down every node leads to a term. */
const DEEPEST = 24;

const KNOWN = { unknown: 0, leads: 1, leadsNowhere: 2 } as const;

export class Reach {
  readonly #trie: Trie;
  /** What is known of each node, a value of KNOWN, and of which nodes something is known. */
  readonly #known: Uint8Array;
  readonly #asked: number[] = [];
  readonly #letters: number[] = [];
  #bits = 0;
  #looks = 0;

  constructor(trie: Trie) {
    this.#trie = trie;
    this.#known = new Uint8Array(trie.size);
  }

  /** Ask about the letters that these characters may be. False when there are too many different ones. */
  read({ glyph, length }: Characters): boolean {
    const glyphs = new Set<Glyph>();
    for (let at = 0; at < length; at += 1) glyphs.add(glyph[at] as Glyph);
    if (glyphs.size > MOST_GLYPHS) return false;
    const letters = new Set([SPACE, LOOSE_SPACE]);
    for (const { letters: all } of glyphs)
      for (const readings of all) for (const letter of readings) letters.add(letter);
    for (const letter of BAR) letters.add(letter);
    for (const node of this.#asked) this.#known[node] = KNOWN.unknown;
    this.#asked.length = 0;
    this.#letters.length = 0;
    this.#letters.push(...letters);
    this.#bits = this.#letters.reduce((bits, letter) => bits | bitOf(letter), 0);
    this.#looks = length * LOOKS_A_CHARACTER;
    return true;
  }

  /** May a term be reached from this node? */
  has(node: number): boolean {
    const known = this.#known[node];
    return known === KNOWN.unknown ? this.#look(node, 0) : known === KNOWN.leads;
  }

  #look(node: number, depth: number): boolean {
    const trie = this.#trie;
    if (this.#known[node] !== KNOWN.unknown) return this.#known[node] === KNOWN.leads;
    if (depth > DEEPEST || this.#looks <= 0) return true;
    this.#looks -= 1;
    let leads = trie.firstTerm(node) >= 0;
    const bits = trie.lettersAround(node) & this.#bits;
    for (let at = 0; at < this.#letters.length && !leads; at += 1) {
      const letter = this.#letters[at] as number;
      const child = (bits & bitOf(letter)) === 0 ? -1 : trie.child(node, letter);
      leads = child >= 0 && this.#look(child, depth + 1);
    }
    this.#known[node] = leads ? KNOWN.leads : KNOWN.leadsNowhere;
    this.#asked.push(node);
    return leads;
  }
}
