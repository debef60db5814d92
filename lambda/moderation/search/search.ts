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
import { countReadings } from "../reading/symbols.ts";
import { endsWord, isFlagHalf, standsAlone, startsWord } from "./boundaries.ts";
import { isEnding } from "./contractions.ts";
import type { Candidate, Passage } from "./passage.ts";
import { isImpossible, MANNER, Path, Paths } from "./paths.ts";
import { withoutParts } from "./spelled.ts";
import { ROOT, type Trie } from "./trie.ts";
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
/** A capital i, or the l that it looks like. */
const BAR: readonly number[] = [0x69, 0x6c];

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
  readonly #step = new Path();
  // the current character, and the readings of its first letter and of its further letters
  #at = 0;
  #readings: readonly number[] = NONE;
  #count = 0;
  #letters: Glyph["letters"] = [];
  // of the path that takes it: the gap before it, and whether the path becomes soft
  #width: number = GAP.none;
  #soft = false;

  /** The bit for changed paths; 0 when no term is exact, because nobody asks then. */
  readonly #changed: number;

  constructor(trie: Trie) {
    this.#trie = trie;
    this.#wildCards = new WildCards(trie.terms);
    this.#changed = trie.hasExact ? MANNER.changed : MANNER.whole;
  }

  /** Find all terms in a stretch of the text, on both sides of which is a blank or an end of the text. */
  find(text: string, stretch: Stretch, markup: readonly Markup[] = NO_MARKUP): Found[] {
    const characters = this.#characters;
    characters.read(text, stretch, markup);
    this.#passage = { text, characters };
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
    if (glyph.char === "I" && isAfterSmall(characters, at)) {
      this.#readings = BAR;
      this.#count = BAR.length;
    }
    if (gap === GAP.barrier) this.#paths.clear();
    const paths = this.#paths;
    for (let index = 0; index < paths.length; index += 1) this.#take(index, gap, glyph);
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

  /** A term begins here. */
  #begin(root: number, manner: number): void {
    for (let index = 0; index < this.#count; index += 1) {
      const node = this.#trie.child(root, this.#readings[index] as number);
      if (node < 0) continue;
      const step = this.#step;
      step.node = node;
      step.manner = manner;
      step.gap = GAP.none;
      step.soft = false;
      step.first = this.#at;
      step.last = this.#at;
      step.taken = 1;
      step.breaks = 0;
      step.breakAt = 0;
      step.widest = 0;
      this.#advance(1);
    }
  }

  /** The path with this index goes on with the current character, or ends. It is read only when it goes on. */
  #take(index: number, gap: number, glyph: Glyph): void {
    const trie = this.#trie;
    const paths = this.#paths;
    const width = Math.max(paths.gapAt(index), gap);
    this.#width = width;
    if (width !== GAP.none && trie.hasPhrases) this.#takeAfterSpace(paths.read(index, this.#path));
    let manner = paths.mannerAt(index);
    if (width !== GAP.none) manner |= MANNER.broken | this.#changed;
    if (width === GAP.blank) manner |= MANNER.blanks;
    if (isImpossible(manner)) return;
    const from = paths.nodeAt(index);
    const letter = trie.letter(from);
    const isWhole = width === GAP.none && glyph.kind !== KIND.vowel && !isVirama(letter);
    const next = isWhole ? manner | MANNER.chunks : manner;
    const mayGoOn = !isImpossible(next);
    for (let at = 0; at < this.#count; at += 1) {
      const reading = this.#readings[at] as number;
      if (reading === letter) this.#stay(paths.read(index, this.#path), manner);
      const node = mayGoOn ? trie.child(from, reading) : -1;
      if (node >= 0) this.#goOn(paths.read(index, this.#path), node, next);
    }
  }

  /** The next word of a phrase begins here. */
  #takeAfterSpace(path: Path): void {
    const trie = this.#trie;
    const space = trie.child(path.node, this.#characters.mixed[this.#at] === 0 ? SPACE : LOOSE_SPACE);
    if (space < 0) return;
    for (let index = 0; index < this.#count; index += 1) {
      const node = trie.child(space, this.#readings[index] as number);
      if (node >= 0) this.#goOn(path, node, MANNER.whole);
    }
  }

  /** The character is one more of the same letter. */
  #stay(path: Path, manner: number): void {
    const before = this.#characters.glyph[path.last] as Glyph;
    const glyph = this.#characters.glyph[this.#at] as Glyph;
    const isSame = before === glyph;
    // behind a digit or symbol that is a letter, as in `3€`, another one makes the path no softer
    const isPlain = path.soft || !isSoft(before);
    this.#soft = isSame ? path.soft : isPlain && isSoft(glyph);
    this.#goOn(path, path.node, manner | this.#changed);
    this.#soft = false;
  }

  /** The path takes the current character, which leads to this node. */
  #goOn(path: Path, node: number, manner: number): void {
    const width = this.#width;
    const step = this.#step.copy(path);
    step.node = node;
    step.manner = manner;
    step.gap = GAP.none;
    step.soft = this.#soft;
    step.last = this.#at;
    step.taken = path.taken + 1;
    if (width !== GAP.none) {
      step.breaks = path.breaks + 1;
      step.breakAt = this.#at;
      step.widest = Math.max(path.widest, this.#characters.blanks[this.#at] as number);
    }
    this.#advance(1);
  }

  /** Go on with the further letters of a character that stands for several, from the letter with this index. */
  #advance(index: number): void {
    const readings = this.#letters[index];
    const step = this.#step;
    if (readings === undefined) {
      this.#next.add(step);
      return;
    }
    const { node } = step;
    for (const reading of readings) {
      if (reading === this.#trie.letter(node)) this.#advance(index + 1);
      const child = this.#trie.child(node, reading);
      if (child < 0) continue;
      step.node = child;
      this.#advance(index + 1);
      step.node = node;
    }
  }

  /** A symbol may also stand between letters, and be none itself, unless it repeats the letter before it. */
  #passOver(gap: number): void {
    const isFlag = isFlagHalf(this.#characters, this.#at);
    const paths = this.#paths;
    const isTight = gap === GAP.none;
    for (let index = 0; index < paths.length; index += 1) {
      if (isTight && this.#repeats(this.#trie.letter(paths.nodeAt(index)))) continue;
      const path = paths.read(index, this.#path);
      if (isFlag && isFlagHalf(this.#characters, path.last)) continue;
      path.gap = Math.max(path.gap, gap, GAP.tight);
      this.#next.add(path);
    }
  }

  /** Is this letter one of those that the current character may be? */
  #repeats(letter: number): boolean {
    for (let at = 0; at < this.#count; at += 1) if (this.#readings[at] === letter) return true;
    return false;
  }

  /** Note the terms that end with the path. */
  #report(path: Path): void {
    const ending = path.soft ? (this.#characters.glyph[path.last] as Glyph) : undefined;
    if (ending !== undefined && MAY_END.includes(ending.char)) return;
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
/** A shorter word with a digit behind it is a name: `ps5`. */
const MIN_SOFT = 4;

const isSoft = (glyph: Glyph): boolean => glyph.kind === KIND.digit || glyph.kind === KIND.symbol;

/** Does a small letter stand directly before this character? */
function isAfterSmall(characters: Characters, at: number): boolean {
  const before = characters.glyph[at - 1]?.char ?? "";
  return characters.gap[at] === GAP.none && before >= "a" && before <= "z";
}
