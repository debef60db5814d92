/**
 * The judge: finds every term in a stretch of text, through whatever disguise. All readings of all characters are
 * followed at once; two ways that have come to the same letter of the same term in the same manner go on as one,
 * the one that began first, so the work for each character is bounded by the list and not by the text.
 */

import { LOOSE_SPACE, SPACE, type Term } from "../list/term.ts";
import { type Glyph, isVirama, KIND } from "../reading/glyph.ts";
import { GAP, Items, readItems } from "../reading/items.ts";
import { symbolLetters } from "../reading/symbols.ts";
import { afterArticle, ending, endsWord, isClitic, judge, standsAlone, startsWord } from "./boundaries.ts";
import { type Candidate, isFlag, isImpossible, isSoft, type Letters, MANNER, START, type Way } from "./paths.ts";
import { ROOT, type Trie } from "./trie.ts";

/** A term found, before the allow list and the neighbours have a say. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly term: Term;
}

/** Used again and again: a search ends before the next begins. */
const SCRATCH = new Items();

/** Find all terms in the text between two offsets, each of which is an end of the text or next to a blank. */
export function findTerms(text: string, from: number, to: number, trie: Trie, found: Found[]): void {
  const items = SCRATCH;
  readItems(text, from, to, items);
  const search = new Search(text, items, trie);
  search.run();
  for (const { first, last, term } of ending(search.candidates)) {
    found.push({ start: items.start[first] as number, end: items.end[last] as number, term });
  }
}

/** A capital i, or the l that it looks like. */
const BAR: Letters = [[0x69, 0x6c]];

class Search {
  readonly #text: string;
  readonly #items: Items;
  readonly #trie: Trie;
  /** In the order of their ends. */
  readonly candidates = new Set<Candidate>();
  readonly #latest = new Map<number, Candidate>();
  /** The ways up to the last item, and the ways that take the item at hand. */
  #ways: Way[] = [];
  #next: Way[] = [];
  #item = 0;
  #letters: Letters = [];

  constructor(text: string, items: Items, trie: Trie) {
    this.#text = text;
    this.#items = items;
    this.#trie = trie;
  }

  run(): void {
    const items = this.#items;
    for (let item = 0; item < items.length; item += 1) {
      const glyph = items.glyph[item] as Glyph;
      const gap = items.gap[item] as number;
      const isSymbol = glyph.kind === KIND.symbol;
      this.#item = item;
      this.#letters = isSymbol ? symbolLetters(this.#text, items, item) : glyph.letters;
      if (glyph.char === "I" && isAfterSmall(items, item)) this.#letters = BAR;
      if (gap === GAP.barrier) this.#ways = [];
      for (const way of this.#ways) this.#take(way, Math.max(way.gap, gap), glyph);
      if (glyph.kind !== KIND.vowel && !isClitic(this.#text, items, item)) {
        if (startsWord(items, item)) this.#begin(ROOT.word, MANNER.whole);
        const isFree = standsAlone(items, item) || items.noBlank[item] === 1;
        if (this.#trie.hasAny) this.#begin(ROOT.any, isFree ? MANNER.whole : MANNER.chunks);
      }
      for (const way of this.#next) this.#report(way);
      if (isSymbol) {
        // or it only stands between letters
        const flag = isFlag(glyph);
        for (const way of this.#ways)
          if (!flag || !isFlag(items.glyph[way.last])) this.#add({ ...way, gap: Math.max(way.gap, gap, GAP.tight) });
      }
      const done = this.#ways;
      this.#ways = this.#next;
      done.length = 0;
      this.#next = done;
    }
  }

  /** A term begins here. */
  #begin(root: number, manner: number): void {
    for (const reading of this.#letters[0] ?? []) {
      const node = this.#trie.child(root, reading);
      if (node >= 0) this.#advance({ ...START, node, manner, first: this.#item, last: this.#item }, 1);
    }
  }

  /** A way goes on with this item. */
  #take(way: Way, width: number, glyph: Glyph): void {
    const trie = this.#trie;
    const readings = this.#letters[0] ?? [];
    if (width !== GAP.none) {
      const space = trie.child(way.node, this.#items.mixed[this.#item] === 0 ? SPACE : LOOSE_SPACE);
      for (const reading of space >= 0 ? readings : []) {
        const node = trie.child(space, reading);
        if (node >= 0) this.#advance(this.#step(way, node, MANNER.whole, width, false), 1);
      }
    }
    let manner = way.manner;
    if (width !== GAP.none) manner |= MANNER.broken;
    if (width === GAP.blank) manner |= MANNER.blanks;
    if (isImpossible(manner)) return;
    const letter = trie.letter(way.node);
    for (const reading of readings) {
      if (reading === letter) this.#stay(way, manner, width, glyph);
      const node = trie.child(way.node, reading);
      if (node < 0) continue;
      const longer = width === GAP.none && reading !== letter && glyph.kind !== KIND.vowel && !isVirama(letter);
      const next = longer ? manner | MANNER.chunks : manner;
      if (!isImpossible(next)) this.#advance(this.#step(way, node, next, width, false), 1);
    }
  }

  /** One more of the same letter. */
  #stay(way: Way, manner: number, width: number, glyph: Glyph): void {
    const before = this.#items.glyph[way.last] as Glyph;
    let soft = way.soft;
    if (before !== glyph) {
      if (isSoft(before) && way.first === way.last) return;
      soft = isSoft(glyph) && glyph.char !== "0";
    }
    this.#advance(this.#step(way, way.node, manner, width, soft), 1);
  }

  /** The way that takes the item at hand. */
  #step(way: Way, node: number, manner: number, width: number, soft: boolean): Way {
    const item = this.#item;
    const isBreak = width !== GAP.none;
    return {
      node,
      manner,
      gap: GAP.none,
      first: way.first,
      last: item,
      taken: way.taken + 1,
      breaks: isBreak ? way.breaks + 1 : way.breaks,
      breakAt: isBreak ? item : way.breakAt,
      widest: isBreak ? Math.max(way.widest, this.#items.blanks[item] as number) : way.widest,
      soft,
    };
  }

  /** Go on with the further letters of an item that stands for several, from the letter with this index. */
  #advance(way: Way, index: number): void {
    const readings = this.#letters[index];
    if (readings === undefined) {
      this.#add(way);
      return;
    }
    for (const reading of readings) {
      if (reading === this.#trie.letter(way.node)) this.#advance(way, index + 1);
      const node = this.#trie.child(way.node, reading);
      if (node >= 0) this.#advance({ ...way, node }, index + 1);
    }
  }

  /** Keep one way to each place: the one that began first. */
  #add(way: Way): void {
    for (const other of this.#next) {
      if (other.node !== way.node || other.manner !== way.manner || other.gap !== way.gap || other.soft !== way.soft)
        continue;
      if (way.first < other.first) Object.assign(other, way);
      return;
    }
    this.#next.push(way);
  }

  #report(way: Way): void {
    if (way.soft) return;
    const items = this.#items;
    const last = this.#item;
    for (let index = this.#trie.firstTerm(way.node); index >= 0; index = this.#trie.nextTerm(index)) {
      const term = this.#trie.terms[index] as Term;
      if (!endsWord(items, last, way, term)) continue;
      const first = afterArticle(items, way, term);
      const candidate = judge(this.#text, items, first, last, way, term);
      if (candidate === undefined) continue;
      // the longer one is enough of two with the same beginning, or a long run of one letter would be many hits
      const previous = this.#latest.get(index);
      const isLonger = previous !== undefined && previous.first === first;
      if (isLonger && (previous.runsOnAfter || !candidate.runsOnAfter)) this.candidates.delete(previous);
      this.candidates.add(candidate);
      this.#latest.set(index, candidate);
    }
  }
}

/** Is this a capital letter after a small one? */
function isAfterSmall(items: Items, item: number): boolean {
  const before = items.glyph[item - 1]?.char ?? "";
  return items.gap[item] === GAP.none && before >= "a" && before <= "z";
}
