/**
 * A stretch of text as the search sees it: the characters that can be letters, in order. Each has its place in the text
 * and what stands between it and the character before. Marks and invisible characters are left out.
 */
import { type Glyph, glyphOf, takesVowels } from "./glyph.ts";
import { KIND } from "./kind.ts";
import type { Markup } from "./markup.ts";

/** What stands between a character and the one before it. */
export const GAP = {
  none: 0,
  /** Signs, and no blank. */
  tight: 1,
  blank: 2,
  /** A run of stars, as masking leaves it. No hit reaches across. */
  barrier: 3,
} as const;

/** This many stars in a row are taken for a mask. */
export const BARRIER_STARS = 3;

/** Room for characters to begin with, and the most that is kept for the next text. */
const FIRST_CAPACITY = 256;
const KEPT_CAPACITY = 0x8000;

const NO_MARKUP: readonly Markup[] = [];
const STAR = 0x2a;
/** Any sign that is no letter. */
const OTHER = 0x2f;
/** Punctuation that ends a clause in scripts without blanks. No word goes on across it. */
const CLAUSE =
  /[\u2026\u3001-\u3003\u3008-\u3011\u3014-\u301F\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF5E\uFF61-\uFF64,!?;:]/;

const isLead = (point: number): boolean => point >= 0x1100 && point <= 0x1112;
const isVoicing = (point: number): boolean =>
  point === 0x3099 || point === 0x309a || point === 0xff9e || point === 0xff9f;

/** A part of a text, by its offsets. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export class Characters {
  length = 0;
  /** Does a sign stand within a word? */
  hasSigns = false;
  glyph: (Glyph | undefined)[] = [];
  start = new Int32Array(FIRST_CAPACITY);
  end = new Int32Array(FIRST_CAPACITY);
  /** The gap before a character, a value of GAP, and how many blanks are in it. */
  gap = new Uint8Array(FIRST_CAPACITY);
  blanks = new Int32Array(FIRST_CAPACITY);
  /** Does the gap hold blanks and other characters? */
  mixed = new Uint8Array(FIRST_CAPACITY);
  /** Is the character of a script that is written without blanks? A vowel sign takes the answer of its letter. */
  noBlank = new Uint8Array(FIRST_CAPACITY);
  /** How many characters, up to this one and with it, are letters by name. */
  named = new Int32Array(FIRST_CAPACITY);
  // the gap since the last character, while the text is read
  #gap: number = GAP.none;
  #blanks = 0;
  #others = 0;
  #stars = 0;
  #hasHidden = false;

  /** Read a stretch of the text without the mark-up in it. What was read before is forgotten. */
  read(text: string, { from, to }: Stretch, markup: readonly Markup[] = NO_MARKUP): void {
    this.#clear();
    let at = from;
    let passed = 0;
    while (at < to) {
      const tag = markup[passed];
      if (tag !== undefined && tag.start === at) {
        this.#passMarkup(tag);
        passed += 1;
        at = tag.end;
        continue;
      }
      const point = text.codePointAt(at) as number;
      let next = at + (point > 0xffff ? 2 : 1);
      let glyph = glyphOf(point);
      if (isLead(point) || (next < to && isVoicing(text.charCodeAt(next)))) {
        const composed = composedAt(text, at, to);
        if (composed !== undefined) {
          next += composed.length;
          glyph = composed.glyph;
        }
      }
      switch (glyph.kind) {
        case KIND.letter:
        case KIND.digit:
        case KIND.symbol:
          this.#add(glyph, at, next);
          break;
        case KIND.vowel:
          if (this.#takesVowel()) this.#addVowel(glyph, at, next);
          else this.#passHidden(glyph, next);
          break;
        case KIND.mark:
        case KIND.invisible:
          this.#passHidden(glyph, next);
          break;
        case KIND.blank:
          if (this.#gap < GAP.blank) this.#gap = GAP.blank;
          this.#blanks += 1;
          this.#stars = 0;
          break;
        default:
          this.#passOther(glyph, point);
      }
      at = next;
    }
    this.#finish();
  }

  /** Take mark-up: it stands for a character, or it is a sign between two. */
  #passMarkup({ start, end, point }: Markup): void {
    const glyph = point === undefined ? undefined : glyphOf(point);
    if (glyph?.kind === KIND.letter || glyph?.kind === KIND.digit) this.#add(glyph, start, end);
    else if (glyph?.kind === KIND.mark || glyph?.kind === KIND.invisible) this.#hasHidden = true;
    else this.#passOther(glyph ?? glyphOf(OTHER), OTHER);
  }

  /** Add a vowel sign, which is written without blanks when its letter is. */
  #addVowel(glyph: Glyph, start: number, end: number): void {
    const before = this.length - 1;
    this.#add(glyph, start, end);
    this.noBlank[before + 1] = this.noBlank[before] as number;
  }

  #add(glyph: Glyph, start: number, end: number): void {
    const at = this.length;
    if (at === this.start.length) this.#resize(at * 2);
    if (glyph.kind === KIND.symbol || (this.#others > 0 && this.#blanks === 0)) this.hasSigns = true;
    this.glyph[at] = glyph;
    this.start[at] = start;
    this.end[at] = end;
    this.gap[at] = this.#gap;
    this.blanks[at] = this.#blanks;
    this.mixed[at] = this.#blanks > 0 && this.#others > 0 ? 1 : 0;
    this.noBlank[at] = glyph.noBlank ? 1 : 0;
    this.named[at] = (at > 0 ? (this.named[at - 1] as number) : 0) + (glyph.named ? 1 : 0);
    this.length = at + 1;
    this.#gap = GAP.none;
    this.#blanks = 0;
    this.#others = 0;
    this.#stars = 0;
    this.#hasHidden = false;
  }

  /** Does a vowel sign belong to the last character? */
  #takesVowel(): boolean {
    const before = this.#gap === GAP.none ? this.glyph[this.length - 1] : undefined;
    return this.length > 0 && before !== undefined && takesVowels(before);
  }

  /**
   * Pass a mark or an invisible character. When it belongs to the last character's grapheme, that character's end moves
   * behind it.
   */
  #passHidden(glyph: Glyph, next: number): void {
    const last = this.length - 1;
    if (this.#gap === GAP.none && last >= 0 && glyph.attached && !this.#hasHidden) this.end[last] = next;
    else this.#hasHidden = true;
  }

  #passOther(glyph: Glyph, point: number): void {
    this.#others += 1;
    this.#stars = point === STAR ? this.#stars + 1 : 0;
    if (this.#stars >= BARRIER_STARS) this.#gap = GAP.barrier;
    else if (this.#gap < GAP.blank) {
      const isSpaceless = this.length > 0 && this.noBlank[this.length - 1] === 1;
      this.#gap = isSpaceless && CLAUSE.test(glyph.char) ? GAP.blank : Math.max(this.#gap, GAP.tight);
    }
  }

  /** Forget what was read, and the room for it when it is large. */
  #clear(): void {
    this.length = 0;
    this.hasSigns = false;
    this.#gap = GAP.none;
    this.#blanks = 0;
    this.#others = 0;
    this.#stars = 0;
    this.#hasHidden = false;
    if (this.start.length > KEPT_CAPACITY) this.#resize(FIRST_CAPACITY);
    if (this.glyph.length > KEPT_CAPACITY) this.glyph.length = FIRST_CAPACITY;
  }

  /** Mark the end by an empty character with a gap before it. */
  #finish(): void {
    if (this.length === this.start.length) this.#resize(this.length * 2);
    this.glyph[this.length] = undefined;
    this.gap[this.length] = GAP.tight;
  }

  #resize(capacity: number): void {
    this.start = resized(this.start, new Int32Array(capacity));
    this.end = resized(this.end, new Int32Array(capacity));
    this.gap = resized(this.gap, new Uint8Array(capacity));
    this.blanks = resized(this.blanks, new Int32Array(capacity));
    this.mixed = resized(this.mixed, new Uint8Array(capacity));
    this.noBlank = resized(this.noBlank, new Uint8Array(capacity));
    this.named = resized(this.named, new Int32Array(capacity));
  }
}

function resized<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from.length > to.length ? from.subarray(0, to.length) : from);
  return to;
}

/** A Hangul letter or kana, composed with those after it to one character. */
function composedAt(text: string, at: number, to: number): { length: number; glyph: Glyph } | undefined {
  const point = text.charCodeAt(at);
  const after = at + 1 < to ? text.charCodeAt(at + 1) : 0;
  let length = 1;
  if (isLead(point)) {
    if (after < 0x1161 || after > 0x1175) return undefined;
    const last = at + 2 < to ? text.charCodeAt(at + 2) : 0;
    if (last >= 0x11a8 && last <= 0x11c2) length = 2;
  } else if (!isVoicing(after) || glyphOf(point).kind !== KIND.letter) return undefined;
  const composed = text.slice(at, at + 1 + length).normalize("NFKC");
  return composed.length === 1 ? { length, glyph: glyphOf(composed.charCodeAt(0)) } : undefined;
}
