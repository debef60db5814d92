/**
 * The judge: finds every term in a stretch of text, through whatever disguise. All readings of all characters are
 * followed at once; two ways that have come to the same letter of the same term in the same manner go on as one,
 * the one that began first, so the work for each character is bounded by the list and not by the text.
 */
import { type Glyph, isFlagLetter, isVirama, KIND } from "./characters.ts";
import { GAP, Items, readItems } from "./items.ts";
import { APOSTROPHES, CLITICS, CLOSING, ELISIONS, ONE_LETTER_WORDS, OPENING_WORDS, UNITS } from "./leet.ts";
import { SPACE, type Term } from "./terms.ts";
import { ROOT, type Trie } from "./trie.ts";

/** A term found, before the allow list and the neighbours have a say. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly term: Term;
}

/** How a hit is broken so far: blanks demand that all letters stand alone, longer chunks that no break is a blank. */
const MANNER = { whole: 0, blanks: 1, chunks: 2, broken: 4 } as const;
const isImpossible = (manner: number): boolean => (manner & 3) === (MANNER.blanks | MANNER.chunks);

/** One way of reading the text so far. */
interface Way {
  node: number;
  manner: number;
  /** The widest gap since the last letter taken. */
  gap: number;
  /** First and last item taken. */
  first: number;
  last: number;
  /** How many items it took. */
  taken: number;
  /** How many breaks it has, the item after the last one, and how many blanks the widest holds. */
  breaks: number;
  breakAt: number;
  widest: number;
  /** Ends in a digit or symbol that was taken for one more of the letter before it. */
  soft: boolean;
}

/** An exclamation mark at the edge of a word is a sign of its sentence for the most part: itself or an i, no l. */
const EDGE_READINGS = 2;

const START: Way = {
  node: 0,
  manner: MANNER.whole,
  gap: GAP.none,
  first: 0,
  last: 0,
  taken: 1,
  breaks: 0,
  breakAt: 0,
  widest: 0,
  soft: false,
};

const isSoft = (glyph: Glyph): boolean => glyph.kind === KIND.digit || glyph.kind === KIND.symbol;

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

/** A term found, in items. */
interface Candidate {
  readonly first: number;
  readonly last: number;
  readonly term: Term;
  /** Is it spelled, and does the spelling run on before or after it? */
  readonly runsOnBefore: boolean;
  readonly runsOnAfter: boolean;
}

/** Where a spelling runs on it must be other terms that it runs on with: `c l a s s` is one word, no ass. */
function ending(found: ReadonlySet<Candidate>): Candidate[] {
  const candidates = [...found];
  if (!candidates.some((candidate) => candidate.runsOnBefore || candidate.runsOnAfter)) return candidates;
  const ends = new Set<number>();
  const begun = candidates.filter((candidate) => {
    const fits = !candidate.runsOnBefore || ends.has(candidate.first - 1);
    if (fits) ends.add(candidate.last);
    return fits;
  });
  const starts = new Set<number>();
  const kept = new Set<Candidate>();
  for (const candidate of [...begun].sort((a, b) => b.first - a.first)) {
    if (candidate.runsOnAfter && !starts.has(candidate.last + 1)) continue;
    starts.add(candidate.first);
    kept.add(candidate);
  }
  return begun.filter((candidate) => kept.has(candidate));
}

/** What the letters of the item at hand can be. */
type Letters = readonly (readonly number[])[];

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
    if (width !== GAP.none && this.#items.mixed[this.#item] === 0) {
      const space = trie.child(way.node, SPACE);
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

/** Is it half of a flag? Flags are letters together or signs together. */
const isFlag = (glyph: Glyph | undefined): boolean =>
  glyph?.kind === KIND.symbol && isFlagLetter(glyph.char.codePointAt(0) ?? 0);

/** Is this item the first of a word? */
function startsWord(items: Items, item: number): boolean {
  if (item === 0 || items.gap[item] !== GAP.none) return true;
  const before = items.glyph[item - 1];
  const glyph = items.glyph[item];
  if (before === undefined || glyph === undefined) return true;
  if (isFlag(before) && isFlag(glyph)) return false;
  return before.kind === KIND.symbol || items.noBlank[item - 1] !== items.noBlank[item];
}

/** Does no letter run on before this item? */
const standsAlone = (items: Items, item: number): boolean =>
  item === 0 || items.gap[item] !== GAP.none || items.glyph[item - 1]?.kind === KIND.symbol;

function endsWord(items: Items, item: number, way: Way, term: Term): boolean {
  const glyph = items.glyph[item];
  const after = items.glyph[item + 1];
  if (after === undefined || glyph === undefined || items.gap[item + 1] !== GAP.none) return true;
  if (after.kind === KIND.vowel) return false;
  if (after.kind === KIND.symbol) return !(isFlag(glyph) && isFlag(after));
  if ((way.manner & MANNER.blanks) !== 0) return items.noBlank[item] === 1 && term.anyEnd;
  return term.anyEnd || items.noBlank[item + 1] !== items.noBlank[item];
}

/** The letters a symbol may be read as where it stands; none where it is plain punctuation. */
function symbolLetters(text: string, items: Items, item: number): Letters {
  const glyph = items.glyph[item] as Glyph;
  if (glyph.named || glyph.letters.length > 1) return glyph.letters;
  return [symbolReadings(text, items, item, glyph)];
}

/** Where a character stands last in the text; remembered, since it is asked for bracket by bracket. */
function lastOf(text: string, char: string): number {
  if (lastIn !== text) {
    lastIn = text;
    LAST.clear();
  }
  let found = LAST.get(char);
  if (found === undefined) {
    found = text.lastIndexOf(char);
    LAST.set(char, found);
  }
  return found;
}

const LAST = new Map<string, number>();
let lastIn = "";

function symbolReadings(text: string, items: Items, item: number, glyph: Glyph): readonly number[] {
  const readings = glyph.letters[0] ?? [];
  const isLetterAt = (index: number): boolean => {
    const other = items.glyph[index];
    return other !== undefined && other.kind !== KIND.symbol;
  };
  const leading = items.gap[item] !== GAP.none || !isLetterAt(item - 1);
  const trailing = items.gap[item + 1] !== GAP.none || !isLetterAt(item + 1);
  const closing = CLOSING.get(glyph.char);
  const opens = items.gap[item] !== GAP.none || item === 0 || CLOSING.has(items.glyph[item - 1]?.char ?? "");
  if (closing !== undefined && opens && items.glyph[item - 1] !== glyph) {
    const closed = lastOf(text, closing) > (items.start[item] ?? 0);
    return closed ? readings.slice(0, 1) : readings;
  }
  if (glyph.char === "#" && leading) return readings.slice(0, 1);
  if (glyph.char === "!" && (trailing || leading)) {
    const twice = items.glyph[item + 1] === glyph || items.glyph[item - 1] === glyph;
    return twice ? readings.slice(0, 1) : readings.slice(0, EDGE_READINGS);
  }
  return readings;
}

/** The first item of a hit that does not begin with one more of its first letter, but with an article: `a a p p l e`. */
function afterArticle(items: Items, way: Way, term: Term): number {
  const { first } = way;
  const glyph = items.glyph[first] as Glyph;
  if (way.taken !== term.size + 1 || term.letters[0] === term.letters[1] || items.gap[first + 1] !== GAP.blank)
    return first;
  if (!ONE_LETTER_WORDS.has(glyph.char.toLowerCase())) return first;
  let next = first + 1;
  while (items.glyph[next]?.kind === KIND.symbol) next += 1;
  return items.glyph[next]?.letters[0]?.[0] === glyph.letters[0]?.[0] ? next : first;
}

/** Is this a capital letter after a small one? */
function isAfterSmall(items: Items, item: number): boolean {
  const before = items.glyph[item - 1]?.char ?? "";
  return items.gap[item] === GAP.none && before >= "a" && before <= "z";
}

/** Is what the letters say a hit? */
function judge(text: string, items: Items, first: number, last: number, way: Way, term: Term): Candidate | undefined {
  if ((items.named[last] ?? 0) === (items.named[first - 1] ?? 0)) return undefined;
  const { breaks, breakAt, widest } = way;
  const whole = { first, last, term, runsOnBefore: false, runsOnAfter: false };
  if (breaks === 0) return isQuantity(items, first, last) ? undefined : whole;
  if (term.words > 1) return whole;
  if ((way.manner & MANNER.blanks) !== 0 && term.size < MIN_SPELLED) {
    // a syllable or an idea each, two letters spell a word where nothing runs on
    if ((term.letters[0] as number) < FIRST_SYLLABLE) return undefined;
    if (!standsAlone(items, first) || items.gap[last + 1] === GAP.none) return undefined;
  }
  if (breaks === 1 && isElision(text, items, first, breakAt, last)) return undefined;
  return {
    first,
    last,
    term,
    runsOnBefore: runsOnBefore(text, items, first, widest),
    runsOnAfter: runsOnAfter(text, items, last, widest),
  };
}

const OPENING_REACH = 40;
/** More words of one letter in a row are a word that is spelled. */
const MAX_WORDS_BEFORE = 6;
/** Fewer letters between blanks are letters, and no word that is spelled. */
const MIN_SPELLED = 3;
/** From here on scripts write syllables, or consonants with their vowels. */
const FIRST_SYLLABLE = 0x900;
/** Items of the longest number with a unit. */
const MAX_QUANTITY = 16;
/** Units of the longest article or ending that an apostrophe joins to a word. */
const MAX_ELISION = 8;

/** A number with its unit: 5am, 2nd, 80s. */
function isQuantity(items: Items, first: number, last: number): boolean {
  if (items.glyph[first]?.kind !== KIND.digit || last - first > MAX_QUANTITY) return false;
  let unit = "";
  for (let i = first + 1; i <= last; i += 1) {
    const glyph = items.glyph[i];
    if (glyph?.kind === KIND.digit && unit === "") continue;
    unit += glyph?.char ?? "";
  }
  return UNITS.has(unit.toLowerCase());
}

/** Does an apostrophe, and nothing else, stand before this item? */
function isApostrophe(text: string, items: Items, item: number): boolean {
  const from = items.end[item - 1] ?? 0;
  return items.start[item] === from + 1 && APOSTROPHES.includes(text.charAt(from));
}

/** Is it the ending of a word, as in `it's`, which begins no word that is spelled on? */
function isClitic(text: string, items: Items, item: number): boolean {
  if (items.gap[item] !== GAP.tight || items.gap[item - 1] !== GAP.none || items.gap[item + 1] === GAP.none)
    return false;
  return item > 1 && isApostrophe(text, items, item);
}

/** Is the one break the apostrophe of ordinary spelling: he'll, d'accord? */
function isElision(text: string, items: Items, first: number, breakAt: number, last: number): boolean {
  if (!isApostrophe(text, items, breakAt)) return false;
  const [start, middle, end] = [items.start[first] ?? 0, items.start[breakAt] ?? 0, items.end[last] ?? 0];
  if (Math.min(middle - start, end - middle) > MAX_ELISION) return false;
  const before = text.slice(start, middle - 1).toLowerCase();
  const after = text.slice(middle, end).toLowerCase();
  return CLITICS.has(after) || (ELISIONS.has(before) && /^[aeiouyhàâäéèêëîïôöùûü]/.test(after));
}

/** Is this item a letter that stands alone? */
function isLone(text: string, items: Items, item: number): boolean {
  const glyph = items.glyph[item];
  if (glyph === undefined || glyph.kind !== KIND.letter || isClitic(text, items, item)) return false;
  const after = items.gap[item + 1];
  const open = items.glyph[item + 1]?.kind === KIND.symbol || after === undefined || after !== GAP.none;
  return open && standsAlone(items, item);
}

/** Does no text stand before this offset, as far as one can see? */
const opensText = (text: string, offset: number): boolean =>
  !/\S/.test(text.slice(Math.max(0, offset - OPENING_REACH), offset));

/** Is a spelled word only the end of a longer spelled one, as in `c l a s s`? */
function runsOnBefore(text: string, items: Items, first: number, widest: number): boolean {
  const before = first - 1;
  if (!isLone(text, items, first) || !isLone(text, items, before) || items.gap[first] === GAP.barrier) return false;
  if ((items.blanks[first] ?? 0) > widest) return false;
  if (items.gap[first] === GAP.blank && before > 0 && items.gap[before] !== GAP.blank) return false;
  // the words of one letter before it are words of their own
  for (let i = before; isLone(text, items, i); i -= 1) {
    if (before - i === MAX_WORDS_BEFORE) return true;
    if (items.gap[i + 1] !== GAP.blank) return true;
    const letter = items.glyph[i]?.char.toLowerCase() ?? "";
    if (letter === "r" && items.glyph[i - 1]?.char.toLowerCase() === "u") continue; // u r
    const words = opensText(text, items.start[i] as number) ? OPENING_WORDS : ONE_LETTER_WORDS;
    if (!words.has(letter)) return true;
  }
  return false;
}

/** Is it only the beginning of one, as in `p o t a t o e s`? */
function runsOnAfter(text: string, items: Items, last: number, widest: number): boolean {
  const after = last + 1;
  if (!isLone(text, items, last) || !isLone(text, items, after) || items.gap[after] === GAP.barrier) return false;
  if ((items.blanks[after] ?? 0) > widest) return false;
  if (items.gap[after] !== GAP.blank) return true;
  if (after + 1 < items.length && items.gap[after + 1] !== GAP.blank) return false;
  const goesOn = after + 1 < items.length ? !isLone(text, items, after + 1) : /\S/.test(text.slice(items.end[after]));
  return !(goesOn && ONE_LETTER_WORDS.has(items.glyph[after]?.char.toLowerCase() ?? ""));
}
