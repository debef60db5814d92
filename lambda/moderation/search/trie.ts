/**
 * The trie: all terms as one tree of letters, in flat arrays. An edge is found by hashing its parent and letter, so a
 * step costs the same for any number of terms and any alphabet.
 */
import type { Term } from "../list/term.ts";

export const ROOT = {
  /** Terms that begin where a word begins. */
  word: 0,
  /** Terms that may begin anywhere. */
  any: 1,
} as const;

const NONE = -1;
const MIX_NODE = 0x9e3779b1;
const MIX_LETTER = 0x85ebca6b;

/** What is kept of each node, side by side in memory. */
const FIELD = { parent: 0, letter: 1, firstTerm: 2, children: 3 } as const;
const FIELDS = 4;

/** One bit for a letter, shared by few others: it tells without a search that a node has no such child. */
export const bitOf = (letter: number): number => 1 << (letter & 31);

export class Trie {
  readonly terms: readonly Term[];
  /** May some term begin anywhere? */
  readonly hasAny: boolean;
  /** Is some term a phrase? */
  readonly hasPhrases: boolean;
  /** Is some term exact? */
  readonly hasExact: boolean;
  #nodes: Int32Array;
  readonly #nextTerm: Int32Array;
  #edges: Int32Array;
  #shift: number;
  #count = 2;

  constructor(terms: readonly Term[]) {
    let letters = 2;
    for (const term of terms) letters += term.letters.length;
    const bits = Math.max(4, Math.ceil(Math.log2(letters * 1.3)));
    this.terms = terms;
    this.#nodes = new Int32Array(letters * FIELDS);
    this.#nextTerm = new Int32Array(terms.length).fill(NONE);
    this.#edges = new Int32Array(2 ** bits);
    this.#shift = 32 - bits;
    this.#nodes[FIELD.firstTerm] = NONE;
    this.#nodes[FIELDS + FIELD.firstTerm] = NONE;
    let hasAny = false;
    let hasExact = false;
    let hasPhrases = false;
    for (const [index, term] of terms.entries()) {
      if (term.anyStart) hasAny = true;
      if (term.exactly !== undefined) hasExact = true;
      if (term.words > 1) hasPhrases = true;
      this.#insert(index, term);
    }
    this.#shrink();
    this.hasAny = hasAny;
    this.hasExact = hasExact;
    this.hasPhrases = hasPhrases;
  }

  /** Drop unused room: entries share their beginnings, so fewer nodes are needed than letters. */
  #shrink(): void {
    const nodes = this.#nodes.slice(0, this.#count * FIELDS);
    const bits = Math.max(4, Math.ceil(Math.log2(this.#count * 1.5)));
    const edges = new Int32Array(2 ** bits);
    const mask = edges.length - 1;
    this.#shift = 32 - bits;
    for (let node = 2; node < this.#count; node += 1) {
      const record = node * FIELDS;
      let slot = this.#slotOf(nodes[record + FIELD.parent] as number, nodes[record + FIELD.letter] as number);
      while (edges[slot] !== 0) slot = (slot + 1) & mask;
      edges[slot] = node;
    }
    this.#nodes = nodes;
    this.#edges = edges;
  }

  /** The slot at which the search for an edge begins. */
  #slotOf(node: number, letter: number): number {
    return (Math.imul(node, MIX_NODE) ^ Math.imul(letter, MIX_LETTER)) >>> this.#shift;
  }

  #insert(index: number, term: Term): void {
    let node: number = term.anyStart ? ROOT.any : ROOT.word;
    for (const letter of term.letters) node = this.#child(node, letter.codePointAt(0) as number, true);
    // in the order of the list: of two entries with the same letters the first one is reported
    let last = this.firstTerm(node);
    if (last === NONE) {
      this.#nodes[node * FIELDS + FIELD.firstTerm] = index;
      return;
    }
    for (let next = this.nextTerm(last); next !== NONE; next = this.nextTerm(last)) last = next;
    this.#nextTerm[last] = index;
  }

  /** How many nodes it has. They are counted from 0. */
  get size(): number {
    return this.#count;
  }

  /** The node that a letter leads to, or -1. */
  child(node: number, letter: number): number {
    return this.#child(node, letter, false);
  }

  #child(node: number, letter: number, make: boolean): number {
    const edges = this.#edges;
    const nodes = this.#nodes;
    const children = node * FIELDS + FIELD.children;
    if (!make && ((nodes[children] as number) & bitOf(letter)) === 0) return NONE;
    const mask = edges.length - 1;
    let slot = this.#slotOf(node, letter);
    for (;;) {
      const child = edges[slot] as number;
      if (child === 0) break;
      const record = child * FIELDS;
      if (nodes[record + FIELD.parent] === node && nodes[record + FIELD.letter] === letter) return child;
      slot = (slot + 1) & mask;
    }
    if (!make) return NONE;
    const child = this.#count++;
    const record = child * FIELDS;
    nodes[record + FIELD.parent] = node;
    nodes[record + FIELD.letter] = letter;
    nodes[record + FIELD.firstTerm] = NONE;
    edges[slot] = child;
    nodes[children] = (nodes[children] as number) | bitOf(letter);
    return child;
  }

  /** The bits of the letters that may lead on from a node, and of its own letter. */
  lettersAround(node: number): number {
    const record = node * FIELDS;
    return (this.#nodes[record + FIELD.children] as number) | bitOf(this.#nodes[record + FIELD.letter] as number);
  }

  /** The letter that leads to a node. */
  letter(node: number): number {
    return this.#nodes[node * FIELDS + FIELD.letter] as number;
  }

  /** The first term that ends at a node, as an index, or -1. */
  firstTerm(node: number): number {
    return this.#nodes[node * FIELDS + FIELD.firstTerm] as number;
  }

  /** The next term that ends at the same node, or -1. */
  nextTerm(index: number): number {
    return this.#nextTerm[index] as number;
  }
}
