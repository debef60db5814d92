/**
 * The search finds every term in a stretch of text, through any disguise. It follows all readings of all characters at
 * once. When two paths reach the same letter of the same term in the same way, only the one that began first goes on,
 * so the work for each character is bounded by the list and not by the text.
 */

import { LOOSE_SPACE, SPACE, type Term } from "../list/term.ts";
import { Characters, GAP, type Stretch } from "../reading/characters.ts";
import { type Glyph, isVirama } from "../reading/glyph.ts";
import { KIND } from "../reading/kind.ts";
import type { Markup } from "../reading/markup.ts";
import { BAR, countReadings, isBar } from "../reading/symbols.ts";
import { endsWord, isFlagHalf, standsAlone, startsWord } from "./boundaries.ts";
import { isEnding } from "./contractions.ts";
import type { Candidate, Passage } from "./passage.ts";
import { isImpossible, MANNER, Path, Paths, Step } from "./paths.ts";
import { Reach } from "./reach.ts";
import { withoutParts } from "./spelled.ts";
import { bitOf, ROOT, type Trie } from "./trie.ts";
import { weigh } from "./weigh.ts";
import { WildCards } from "./wild-cards.ts";

/** A found term. The allow list and the text around it may still rule it out. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly term: Term;
}

const NONE: readonly number[] = [];
const NO_MARKUP: readonly Markup[] = [];
/** Characters of a text that is read without asking first which letters it has. */
const SHORT = 256;
/** In the place of the index of a path: a path that begins. */
const BEGINNING = -1;

export class Search {
  readonly #trie: Trie;
  readonly #wildCards: WildCards;
  readonly #characters = new Characters();
  #passage: Passage = { text: "", characters: this.#characters };
  /** In the order of their ends. */
  readonly #candidates = new Set<Candidate>();
  /** The latest candidate of each term. */
  readonly #latest = new Map<number, Candidate>();
  /** The paths up to the last character, and those that take the character at hand. */
  #paths = new Paths();
  #next = new Paths();
  /** One path of each, to work with. */
  readonly #path = new Path();
  readonly #step = new Step();
  // the current character, and the readings of its first letter and of its further letters
  #at = 0;
  #readings: readonly number[] = NONE;
  #count = 0;
  #letters: Glyph["letters"] = [];
  /** The bits of its readings, as the trie knows them. */
  #bits = 0;
  /** Which nodes the letters of the text lead to; asked only when the text is long and has few letters. */
  #reach: Reach | undefined;
  #isNarrow = false;

  /** The bit for changed paths; 0 when no term is exact, because nobody asks then. */
  readonly #changed: number;

  /** The bits of what stands for the blanks of phrases. */
  readonly #spaces: number;

  constructor(trie: Trie) {
    this.#trie = trie;
    this.#spaces = trie.hasPhrases ? bitOf(SPACE) | bitOf(LOOSE_SPACE) : 0;
    this.#wildCards = new WildCards(trie.terms);
    this.#changed = trie.hasExact ? MANNER.changed : MANNER.whole;
  }

  /** Find all terms in a stretch of the text, on both sides of which is a blank or an end of the text. */
  find(text: string, stretch: Stretch, markup: readonly Markup[] = NO_MARKUP): Found[] {
    const characters = this.#characters;
    characters.read(text, stretch, markup);
    this.#passage = { text, characters };
    this.#isNarrow = characters.length > SHORT && this.#narrow();
    for (let at = 0; at < characters.length; at += 1) this.#pass(at);
    this.#paths.clear();
    for (const candidate of this.#wildCards.find(this.#passage)) this.#candidates.add(candidate);
    if (this.#candidates.size === 0) return [];
    const found: Found[] = [];
    for (const { first, last, term } of withoutParts(this.#candidates)) {
      found.push({ start: characters.start[first] as number, end: characters.end[last] as number, term });
    }
    this.#candidates.clear();
    this.#latest.clear();
    return found;
  }

  /** Keep to the nodes that the letters of a long text lead to, unless it has too many letters. */
  #narrow(): boolean {
    this.#reach ??= new Reach(this.#trie);
    return this.#reach.read(this.#characters);
  }

  /** Take the next character: every path goes on with it or ends. */
  #pass(at: number): void {
    const characters = this.#characters;
    const glyph = characters.glyph[at] as Glyph;
    const gap = characters.gap[at] as number;
    const isSymbol = glyph.kind === KIND.symbol;
    this.#at = at;
    this.#letters = glyph.letters;
    this.#readings = glyph.letters[0] ?? NONE;
    this.#count = isSymbol ? countReadings(this.#passage.text, characters, at) : this.#readings.length;
    if (isBar(characters, at)) {
      this.#readings = BAR;
      this.#count = BAR.length;
    }
    this.#bits = this.#bitsOfReadings();
    if (gap === GAP.barrier) this.#paths.clear();
    const paths = this.#paths;
    this.#step.at = at;
    this.#step.blanks = characters.blanks[at] as number;
    const isVowel = glyph.kind === KIND.vowel;
    const bits = this.#bits | this.#spaces;
    for (let index = paths.next(0, bits); index < paths.length; index = paths.next(index + 1, bits)) {
      this.#take(index, gap, isVowel);
    }
    if (glyph.kind !== KIND.vowel && !isEnding(this.#passage, at)) {
      if (startsWord(characters, at)) this.#begin(ROOT.word, MANNER.whole);
      if (this.#trie.hasAny) {
        const isFree = standsAlone(characters, at) || characters.noBlank[at] === 1;
        this.#begin(ROOT.any, isFree ? MANNER.whole : MANNER.chunks);
      }
    }
    const next = this.#next;
    for (let index = 0; index < next.length; index += 1) {
      if (this.#trie.firstTerm(next.nodeAt(index)) >= 0) this.#report(next.read(index, this.#path));
    }
    if (isSymbol && paths.length > 0) this.#passOver(gap);
    paths.clear();
    this.#paths = next;
    this.#next = paths;
  }

  #bitsOfReadings(): number {
    let bits = 0;
    for (let index = 0; index < this.#count; index += 1) bits |= bitOf(this.#readings[index] as number);
    return bits;
  }

  /** A term begins here. */
  #begin(root: number, manner: number): void {
    const trie = this.#trie;
    if ((trie.lettersAround(root) & this.#bits) === 0) return;
    const step = this.#step;
    step.manner = manner;
    step.soft = false;
    for (let index = 0; index < this.#count; index += 1) {
      const node = trie.child(root, this.#readings[index] as number);
      if (node >= 0) this.#advance(BEGINNING, node);
    }
  }

  /** The path with this index goes on with the current character, or ends. */
  #take(index: number, gap: number, isVowel: boolean): void {
    const trie = this.#trie;
    const paths = this.#paths;
    const step = this.#step;
    const width = Math.max(paths.gapAt(index), gap);
    step.isBroken = width !== GAP.none;
    if (step.isBroken && trie.hasPhrases) this.#takeAfterSpace(index);
    const from = paths.nodeAt(index);
    let manner = paths.mannerAt(index);
    if (width !== GAP.none) manner |= MANNER.broken | this.#changed;
    if (width === GAP.blank) manner |= MANNER.blanks;
    if (isImpossible(manner)) return;
    const letter = trie.letter(from);
    const isWhole = width === GAP.none && !isVowel && !isVirama(letter);
    const next = isWhole ? manner | MANNER.chunks : manner;
    const mayGoOn = !isImpossible(next);
    for (let at = 0; at < this.#count; at += 1) {
      const reading = this.#readings[at] as number;
      if (reading === letter) this.#stay(index, manner);
      const node = mayGoOn ? trie.child(from, reading) : -1;
      if (node < 0) continue;
      step.manner = next;
      step.soft = false;
      this.#advance(index, node);
    }
  }

  /** The next word of a phrase begins here. */
  #takeAfterSpace(index: number): void {
    const trie = this.#trie;
    const from = this.#paths.nodeAt(index);
    const space = trie.child(from, this.#characters.mixed[this.#at] === 0 ? SPACE : LOOSE_SPACE);
    if (space < 0) return;
    this.#step.manner = MANNER.whole;
    this.#step.soft = false;
    for (let at = 0; at < this.#count; at += 1) {
      const node = trie.child(space, this.#readings[at] as number);
      if (node >= 0) this.#advance(index, node);
    }
  }

  /** The character is one more of the same letter. */
  #stay(index: number, manner: number): void {
    const paths = this.#paths;
    const { glyph } = this.#characters;
    const before = glyph[paths.lastAt(index)] as Glyph;
    const current = glyph[this.#at] as Glyph;
    const isSoftNow = paths.isSoftAt(index);
    // behind a digit or symbol that is a letter, as in `3€`, another one makes the path no softer, but `1!` may end there
    const maySoften = isSoftNow || !isSoft(before) || MAY_END_SENTENCE.includes(current.char);
    this.#step.soft = before === current ? isSoftNow : maySoften && isSoft(current);
    this.#step.manner = manner | this.#changed;
    this.#advance(index, paths.nodeAt(index));
  }

  /** The path with this index takes the step to a node, and further steps when the character stands for several letters. */
  #advance(index: number, node: number, letter = 1): void {
    const readings = this.#letters[letter];
    if (readings === undefined) {
      if (this.#isNarrow && this.#reach?.has(node) === false) return;
      const step = this.#step;
      step.node = node;
      step.letters = this.#trie.lettersAround(node);
      if (index === BEGINNING) this.#next.begin(step);
      else this.#next.goOn(this.#paths, index, step);
      return;
    }
    for (const reading of readings) {
      if (reading === this.#trie.letter(node)) this.#advance(index, node, letter + 1);
      const child = this.#trie.child(node, reading);
      if (child >= 0) this.#advance(index, child, letter + 1);
    }
  }

  /** A symbol may also stand between letters, and be none itself, unless it repeats the letter before it. */
  #passOver(gap: number): void {
    const isFlag = isFlagHalf(this.#characters, this.#at);
    const paths = this.#paths;
    const isTight = gap === GAP.none;
    const least = Math.max(gap, GAP.tight);
    for (let index = 0; index < paths.length; index += 1) {
      if (isTight && this.#repeats(this.#trie.letter(paths.nodeAt(index)))) continue;
      if (isFlag && isFlagHalf(this.#characters, paths.lastAt(index))) continue;
      this.#next.wait(paths, index, least);
    }
  }

  /** Is this letter one of those that the current character may be? */
  #repeats(letter: number): boolean {
    if ((this.#bits & bitOf(letter)) === 0) return false;
    for (let at = 0; at < this.#count; at += 1) if (this.#readings[at] === letter) return true;
    return false;
  }

  /** Does a sign at the end of the path repeat a letter, because signs are letters before that one too? */
  #isOfWord({ first, last }: Path, ending: Glyph): boolean {
    if (MAY_END_SENTENCE.includes(ending.char)) return false;
    const { glyph } = this.#characters;
    const [repeated = 0] = ending.letters[0]?.slice(1) ?? NONE;
    for (let at = last; at >= first && last - at < BEFORE_ENDING; at -= 1) {
      const current = glyph[at] as Glyph;
      if (isSoft(current) && current.letters[0]?.includes(repeated) !== true) return true;
    }
    return false;
  }

  /** Note the terms that end with the path. */
  #report(path: Path): void {
    const ending = path.soft ? (this.#characters.glyph[path.last] as Glyph) : undefined;
    if (ending !== undefined && MAY_END.includes(ending.char) && !this.#isOfWord(path, ending)) return;
    for (let index = this.#trie.firstTerm(path.node); index >= 0; index = this.#trie.nextTerm(index)) {
      const term = this.#trie.terms[index] as Term;
      if (!endsWord(this.#characters, path, term)) continue;
      if (ending?.kind === KIND.digit && term.size < MIN_SOFT) continue;
      const candidate = weigh(this.#passage, path, term);
      if (candidate === undefined) continue;
      // of two hits with the same beginning the longer one is enough; a long run of one letter would be many hits
      const previous = this.#latest.get(index);
      const isLonger = previous !== undefined && previous.first === candidate.first;
      if (isLonger && (previous.runsOnAfter || !candidate.runsOnAfter)) this.#candidates.delete(previous);
      this.#candidates.add(candidate);
      this.#latest.set(index, candidate);
    }
  }
}

/** Signs that may stand behind a word and not be a letter of it. */
const MAY_END = "!¡|¦+°®©^([{<";
/** Those of them that end a sentence. */
const MAY_END_SENTENCE = "!¡";
/** How many characters before a sign tell whether it is a letter. */
const BEFORE_ENDING = 16;
/** A shorter word with a digit behind it is a name: `ps5`. */
const MIN_SOFT = 4;

const isSoft = (glyph: Glyph): boolean => glyph.kind === KIND.digit || glyph.kind === KIND.symbol;
