/**
 * The judge: finds every term in a stretch of text, through whatever disguise. All readings of all characters are
 * followed at once; two ways that have come to the same letter of the same term in the same manner go on as one,
 * the one that began first, so the work for each character is bounded by the list and not by the text.
 */
import { type Glyph, KIND } from "./characters.ts";
import { GAP, type Items, readItems } from "./items.ts";
import { CLITICS, CLOSING, ELISIONS, ONE_LETTER_WORDS, UNITS } from "./leet.ts";
import { SPACE, type Term } from "./terms.ts";
import { ROOT, type Trie } from "./trie.ts";

/** A term found, before the allow list and the neighbours have a say. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly term: Term;
}

/** How a hit is broken so far: blanks demand that all letters stand alone, longer chunks that no break is a blank. */
const MANNER = { whole: 0, blanks: 1, chunks: 2, impossible: 3 } as const;

/** One way of reading the text so far. */
interface Way {
  node: number;
  manner: number;
  /** The widest gap since the last letter taken. */
  gap: number;
  /** First and last item taken. */
  first: number;
  last: number;
  /** Ends in a digit or symbol that was taken for one more of the letter before it. */
  soft: boolean;
}

/** An exclamation mark at the edge of a word is a sign of its sentence for the most part: itself or an i, no l. */
const EDGE_READINGS = 2;

const isSoft = (glyph: Glyph): boolean => glyph.kind === KIND.digit || glyph.kind === KIND.symbol;

/** Find all terms in the text between two offsets, each of which is an end of the text or next to a blank. */
export function findTerms(text: string, from: number, to: number, trie: Trie, found: Found[]): void {
  new Search(text, readItems(text, from, to), trie, found).run();
}

/** What the letters of the item at hand can be. */
type Letters = readonly (readonly number[])[];

class Search {
  readonly #text: string;
  readonly #items: Items;
  readonly #trie: Trie;
  readonly #found: Found[];
  /** The ways up to the last item, and the ways that take the item at hand. */
  #ways: Way[] = [];
  #next: Way[] = [];
  #item = 0;
  #letters: Letters = [];

  constructor(text: string, items: Items, trie: Trie, found: Found[]) {
    this.#text = text;
    this.#items = items;
    this.#trie = trie;
    this.#found = found;
  }

  run(): void {
    const items = this.#items;
    for (let item = 0; item < items.length; item += 1) {
      const glyph = items.glyph[item] as Glyph;
      const gap = items.gap[item] as number;
      const isSymbol = glyph.kind === KIND.symbol;
      this.#item = item;
      this.#letters = isSymbol ? symbolLetters(this.#text, items, item) : glyph.letters;
      if (gap === GAP.barrier) this.#ways = [];
      for (const way of this.#ways) this.#take(way, Math.max(way.gap, gap), glyph);
      if (glyph.kind !== KIND.vowel) {
        if (startsWord(items, item)) this.#begin(ROOT.word, MANNER.whole);
        if (this.#trie.hasAny) this.#begin(ROOT.any, standsAlone(items, item) ? MANNER.whole : MANNER.chunks);
      }
      for (const way of this.#next) this.#report(way);
      if (isSymbol) {
        // or it only stands between letters
        for (const way of this.#ways) this.#add({ ...way, gap: Math.max(way.gap, gap, GAP.tight) });
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
      if (node >= 0) this.#advance(node, manner, this.#item, false, 1);
    }
  }

  /** A way goes on with this item. */
  #take(way: Way, width: number, glyph: Glyph): void {
    const trie = this.#trie;
    const readings = this.#letters[0] ?? [];
    if (width !== GAP.none) {
      const space = trie.child(way.node, SPACE);
      for (const reading of space >= 0 ? readings : []) {
        const node = trie.child(space, reading);
        if (node >= 0) this.#advance(node, MANNER.whole, way.first, false, 1);
      }
    }
    const manner = width === GAP.blank ? way.manner | MANNER.blanks : way.manner;
    if (manner === MANNER.impossible) return;
    const letter = trie.letter(way.node);
    for (const reading of readings) {
      if (reading === letter) this.#stay(way, manner, glyph);
      const node = trie.child(way.node, reading);
      if (node < 0) continue;
      const longer = width === GAP.none && reading !== letter && glyph.kind !== KIND.vowel;
      const next = longer ? manner | MANNER.chunks : manner;
      if (next !== MANNER.impossible) this.#advance(node, next, way.first, false, 1);
    }
  }

  /** One more of the same letter. */
  #stay(way: Way, manner: number, glyph: Glyph): void {
    const before = this.#items.glyph[way.last] as Glyph;
    let soft = way.soft;
    if (before !== glyph) {
      if (glyph.kind === KIND.symbol || (isSoft(before) && way.first === way.last)) return;
      soft = glyph.kind === KIND.digit && glyph.char !== "0";
    }
    this.#advance(way.node, manner, way.first, soft, 1);
  }

  /** Go on with the further letters of an item that stands for several, from the letter with this index. */
  #advance(node: number, manner: number, first: number, soft: boolean, index: number): void {
    const readings = this.#letters[index];
    if (readings === undefined) {
      this.#add({ node, manner, gap: GAP.none, first, last: this.#item, soft });
      return;
    }
    for (const reading of readings) {
      if (reading === this.#trie.letter(node)) this.#advance(node, manner, first, soft, index + 1);
      const child = this.#trie.child(node, reading);
      if (child >= 0) this.#advance(child, manner, first, soft, index + 1);
    }
  }

  /** Keep one way to each place: the one that began first. */
  #add(way: Way): void {
    for (const other of this.#next) {
      if (other.node !== way.node || other.manner !== way.manner || other.gap !== way.gap || other.soft !== way.soft) continue;
      if (way.first < other.first) {
        other.first = way.first;
        other.last = way.last;
      }
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
      const first = isArticle(items, way.first, last, term) ? way.first + 1 : way.first;
      if (!isHit(this.#text, items, first, last, way, term)) continue;
      this.#found.push({ start: items.start[first] as number, end: items.end[last] as number, term });
    }
  }
}

/** Is this item the first of a word? */
function startsWord(items: Items, item: number): boolean {
  if (item === 0 || items.gap[item] !== GAP.none) return true;
  const before = items.glyph[item - 1];
  const glyph = items.glyph[item];
  if (before === undefined || glyph === undefined) return true;
  return before.kind === KIND.symbol || before.noBlank !== glyph.noBlank;
}

/** Does no letter run on before this item? */
const standsAlone = (items: Items, item: number): boolean =>
  item === 0 || items.gap[item] !== GAP.none || items.glyph[item - 1]?.kind === KIND.symbol;

function endsWord(items: Items, item: number, way: Way, term: Term): boolean {
  const glyph = items.glyph[item];
  const after = items.glyph[item + 1];
  if (after === undefined || glyph === undefined || items.gap[item + 1] !== GAP.none) return true;
  if (after.kind === KIND.vowel) return false;
  if (after.kind === KIND.symbol) return true;
  if (way.manner === MANNER.blanks) return false;
  return term.anyEnd || after.noBlank !== glyph.noBlank;
}

/** The letters a symbol may be read as where it stands; none where it is plain punctuation. */
function symbolLetters(text: string, items: Items, item: number): Letters {
  const glyph = items.glyph[item] as Glyph;
  if (glyph.named || glyph.letters.length > 1) return glyph.letters;
  return [symbolReadings(text, items, item, glyph)];
}

function symbolReadings(text: string, items: Items, item: number, glyph: Glyph): readonly number[] {
  const readings = glyph.letters[0] ?? [];
  const isLetterAt = (index: number): boolean => {
    const other = items.glyph[index];
    return other !== undefined && other.kind !== KIND.symbol;
  };
  const leading = items.gap[item] !== GAP.none || !isLetterAt(item - 1);
  const trailing = items.gap[item + 1] !== GAP.none || !isLetterAt(item + 1);
  const closing = CLOSING.get(glyph.char);
  if (closing !== undefined) {
    const closed = text.lastIndexOf(closing) > (items.start[item] ?? 0);
    return closed ? readings.slice(0, 1) : readings;
  }
  if (glyph.char === "#" && leading) return readings.slice(0, 1);
  if (glyph.char === "!" && (trailing || leading)) {
    const twice = items.glyph[item + 1] === glyph || items.glyph[item - 1] === glyph;
    return twice ? readings.slice(0, 1) : readings.slice(0, EDGE_READINGS);
  }
  return readings;
}

/** Does a hit begin with an article, and not with one more of its first letter: `a a p p l e`? */
function isArticle(items: Items, first: number, last: number, term: Term): boolean {
  const glyph = items.glyph[first];
  if (glyph === undefined || items.gap[first + 1] !== GAP.blank || last - first !== term.size) return false;
  if (glyph !== items.glyph[first + 1] || !ONE_LETTER_WORDS.has(glyph.char.toLowerCase())) return false;
  return term.letters[0] !== term.letters[1];
}

function isHit(text: string, items: Items, first: number, last: number, way: Way, term: Term): boolean {
  if ((items.named[last] ?? 0) === (items.named[first - 1] ?? 0)) return false;
  let breaks = 0;
  let widest = 0;
  let breakAt = 0;
  for (let i = first + 1; i <= last; i += 1) {
    if (items.gap[i] === GAP.none && items.glyph[i]?.kind !== KIND.symbol) continue;
    breaks += 1;
    breakAt = i;
    widest = Math.max(widest, items.blanks[i] ?? 0);
  }
  if (breaks === 0) return !isQuantity(items, first, last);
  if (term.words > 1) return true;
  if (way.manner === MANNER.blanks && term.size < 3 && items.glyph[first]?.noBlank !== true) return false;
  if (breaks === 1 && isElision(text, items, first, breakAt, last)) return false;
  return !runsOnBefore(items, first, widest) && !runsOnAfter(text, items, last, widest);
}

/** A number with its unit: 5am, 2nd, 80s. */
function isQuantity(items: Items, first: number, last: number): boolean {
  if (items.glyph[first]?.kind !== KIND.digit) return false;
  let unit = "";
  for (let i = first + 1; i <= last; i += 1) {
    const glyph = items.glyph[i];
    if (glyph?.kind === KIND.digit && unit === "") continue;
    unit += glyph?.char ?? "";
  }
  return UNITS.has(unit.toLowerCase());
}

const APOSTROPHE = /^['’‘ʼ＇`´]$/;

/** Is the one break the apostrophe of ordinary spelling: he'll, d'accord? */
function isElision(text: string, items: Items, first: number, breakAt: number, last: number): boolean {
  if (!APOSTROPHE.test(text.slice(items.end[breakAt - 1], items.start[breakAt]))) return false;
  const before = text.slice(items.start[first], items.end[breakAt - 1]).toLowerCase();
  const after = text.slice(items.start[breakAt], items.end[last]).toLowerCase();
  return CLITICS.has(after) || (ELISIONS.has(before) && /^[aeiouyhàâäéèêëîïôöùûü]/.test(after));
}

/** Is this item a letter that stands alone? */
function isLone(items: Items, item: number): boolean {
  const glyph = items.glyph[item];
  if (glyph === undefined || glyph.kind !== KIND.letter) return false;
  const after = items.gap[item + 1];
  const open = items.glyph[item + 1]?.kind === KIND.symbol || after === undefined || after !== GAP.none;
  return open && standsAlone(items, item);
}

/** Is a spelled word only the end of a longer spelled one, as in `c l a s s`? */
function runsOnBefore(items: Items, first: number, widest: number): boolean {
  if (!isLone(items, first) || !isLone(items, first - 1) || items.gap[first] === GAP.barrier) return false;
  if ((items.blanks[first] ?? 0) > widest) return false;
  // the words of one letter before it are words of their own
  for (let i = first - 1; isLone(items, i); i -= 1) {
    if (items.gap[i + 1] !== GAP.blank) return true;
    if (!ONE_LETTER_WORDS.has(items.glyph[i]?.char.toLowerCase() ?? "")) return true;
  }
  return false;
}

/** Is it only the beginning of one, as in `p o t a t o e s`? */
function runsOnAfter(text: string, items: Items, last: number, widest: number): boolean {
  const after = last + 1;
  if (!isLone(items, last) || !isLone(items, after) || items.gap[after] === GAP.barrier) return false;
  if ((items.blanks[after] ?? 0) > widest) return false;
  const isWord = items.gap[after] === GAP.blank && ONE_LETTER_WORDS.has(items.glyph[after]?.char.toLowerCase() ?? "");
  const goesOn = after + 1 < items.length ? !isLone(items, after + 1) : /\S/.test(text.slice(items.end[after]));
  return !(isWord && goesOn);
}
