/**
 * A stretch of text as the matcher sees it: the characters that can be letters, in order, each with the place it
 * came from and with what stands between it and the one before. Marks and invisible characters are gone.
 */
import { type Glyph, glyphOf, KIND, takesVowels } from "./glyph.ts";

/** What stands between an item and the one before it. */
export const GAP = {
  none: 0,
  /** Something, but no blank. */
  tight: 1,
  blank: 2,
  /** A run of stars as masking leaves it; nothing reaches across. */
  barrier: 3,
} as const;

/** This many stars in a row are taken for a mask. */
export const BARRIER_STARS = 3;

/** Items to begin with, and the most that are kept for the next text. */
const FIRST_CAPACITY = 256;
const KEPT_CAPACITY = 0x4000;

export class Items {
  length = 0;
  glyph: (Glyph | undefined)[] = [];
  start = new Int32Array(FIRST_CAPACITY);
  end = new Int32Array(FIRST_CAPACITY);
  /** What stands before an item, a value of GAP, and how many blanks are in it. */
  gap = new Uint8Array(FIRST_CAPACITY);
  blanks = new Int32Array(FIRST_CAPACITY);
  /** Does the gap hold blanks and other characters? */
  mixed = new Uint8Array(FIRST_CAPACITY);
  /** Is it of a script that is written without blanks? A vowel sign is what its letter is. */
  noBlank = new Uint8Array(FIRST_CAPACITY);
  /** How many of the items up to and with this one are letters by name. */
  named = new Int32Array(FIRST_CAPACITY);

  /** Add an item; its place in the text and its gap are the caller's to set. */
  push(glyph: Glyph): void {
    const item = this.length;
    if (item === this.start.length) this.#resize(item * 2);
    this.glyph[item] = glyph;
    this.length += 1;
  }

  /** Mark the end: no item, and a gap before it. */
  finish(): void {
    if (this.length === this.start.length) this.#resize(this.length * 2);
    this.glyph[this.length] = undefined;
    this.gap[this.length] = GAP.tight;
  }

  /** Forget all items, and the room for them when it is large. */
  clear(): void {
    this.length = 0;
    if (this.start.length > KEPT_CAPACITY) this.#resize(FIRST_CAPACITY);
    if (this.glyph.length > FIRST_CAPACITY) this.glyph.length = FIRST_CAPACITY;
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

const STAR = 0x2a;
/** What ends a clause in scripts written without blanks: no word goes on across it. */
const CLAUSE =
  /[\u2026\u3001-\u3003\u3008-\u3011\u3014-\u301F\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF5E\uFF61-\uFF64,!?;:]/;

const isLead = (point: number): boolean => point >= 0x1100 && point <= 0x1112;
const isVoicing = (point: number): boolean =>
  point === 0x3099 || point === 0x309a || point === 0xff9e || point === 0xff9f;

/** Read the text from one offset to another into `items`, in place of what they were. */
export function readItems(text: string, from: number, to: number, items: Items): void {
  items.clear();
  let gap: number = GAP.none;
  let blanks = 0;
  let others = 0;
  let stars = 0;
  let named = 0;
  let hidden = false;
  let at = from;
  while (at < to) {
    const point = text.codePointAt(at) ?? 0;
    let next = at + (point > 0xffff ? 2 : 1);
    let glyph = glyphOf(point);
    const after = next < to ? text.charCodeAt(next) : 0;
    if (isLead(point) ? after >= 0x1161 && after <= 0x1175 : isVoicing(after) && glyph.kind === KIND.letter) {
      const length = composedLength(text, next, to, isLead(point));
      const composed = text.slice(at, next + length).normalize("NFKC");
      if (composed.length === 1) {
        glyph = glyphOf(composed.charCodeAt(0));
        next += length;
      }
    }
    const last = items.length - 1;
    let kind = glyph.kind;
    if (kind === KIND.vowel) {
      const before = gap === GAP.none && last >= 0 ? items.glyph[last] : undefined;
      if (before === undefined || !takesVowels(before)) kind = KIND.mark;
    }
    switch (kind) {
      case KIND.letter:
      case KIND.digit:
      case KIND.symbol:
      case KIND.vowel:
        if (glyph.named) named += 1;
        items.push(glyph);
        items.start[last + 1] = at;
        items.end[last + 1] = next;
        items.gap[last + 1] = gap;
        items.blanks[last + 1] = blanks;
        items.mixed[last + 1] = blanks > 0 && others > 0 ? 1 : 0;
        items.noBlank[last + 1] = kind === KIND.vowel ? (items.noBlank[last] as number) : Number(glyph.noBlank);
        items.named[last + 1] = named;
        gap = GAP.none;
        blanks = 0;
        others = 0;
        stars = 0;
        hidden = false;
        break;
      case KIND.mark:
      case KIND.invisible:
        // what belongs to the last letter's grapheme goes with it
        if (gap === GAP.none && last >= 0 && glyph.attached && !hidden) items.end[last] = next;
        else hidden = true;
        break;
      case KIND.blank:
        if (gap < GAP.blank) gap = GAP.blank;
        blanks += 1;
        stars = 0;
        break;
      default:
        others += 1;
        stars = point === STAR ? stars + 1 : 0;
        if (stars >= BARRIER_STARS) gap = GAP.barrier;
        else if (gap < GAP.blank) {
          const spaceless = last >= 0 && items.noBlank[last] === 1;
          gap = spaceless && CLAUSE.test(glyph.char) ? GAP.blank : Math.max(gap, GAP.tight);
        }
    }
    at = next;
  }
  items.finish();
}

/** How many units after a first jamo, or after a kana, compose with it. */
function composedLength(text: string, next: number, to: number, jamo: boolean): number {
  if (!jamo) return 1;
  const last = next + 1 < to ? text.charCodeAt(next + 1) : 0;
  return last >= 0x11a8 && last <= 0x11c2 ? 2 : 1;
}
