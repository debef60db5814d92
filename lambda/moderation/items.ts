/**
 * A stretch of text as the matcher sees it: the characters that can be letters, in order, each with the place it
 * came from and with what stands between it and the one before. Marks and invisible characters are gone.
 */
import { type Glyph, glyphOf, KIND, takesVowels } from "./characters.ts";

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

export class Items {
  length = 0;
  readonly glyph: Glyph[] = [];
  readonly start: number[] = [];
  readonly end: number[] = [];
  readonly gap: number[] = [];
  /** Is it of a script that is written without blanks? A vowel sign is what its letter is. */
  readonly noBlank: boolean[] = [];
  /** Does the gap hold nothing but blanks, or none of them? */
  readonly isPure: boolean[] = [];
  /** How many blanks the gap before an item holds. */
  readonly blanks: number[] = [];
  /** How many of the items up to and with this one are letters by name. */
  readonly named: number[] = [];
}

const STAR = 0x2a;
/** What ends a clause in scripts written without blanks: no word goes on across it. */
const CLAUSE =
  /[\u2026\u3001-\u3003\u3008-\u3011\u3014-\u301F\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF5E\uFF61-\uFF64,!?;:]/;

const isLead = (point: number): boolean => point >= 0x1100 && point <= 0x1112;
const isVoicing = (point: number): boolean =>
  point === 0x3099 || point === 0x309a || point === 0xff9e || point === 0xff9f;

/** Read the text from one offset to another. */
export function readItems(text: string, from: number, to: number): Items {
  const items = new Items();
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
        items.glyph.push(glyph);
        items.start.push(at);
        items.end.push(next);
        items.gap.push(gap);
        items.noBlank.push(kind === KIND.vowel ? items.noBlank[last] === true : glyph.noBlank);
        items.blanks.push(blanks);
        items.isPure.push(blanks === 0 || others === 0);
        items.named.push(named);
        items.length += 1;
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
          const spaceless = last >= 0 && items.noBlank[last] === true;
          gap = spaceless && CLAUSE.test(glyph.char) ? GAP.blank : Math.max(gap, GAP.tight);
        }
    }
    at = next;
  }
  return items;
}

/** How many units after a first jamo, or after a kana, compose with it. */
function composedLength(text: string, next: number, to: number, jamo: boolean): number {
  if (!jamo) return 1;
  const last = next + 1 < to ? text.charCodeAt(next + 1) : 0;
  return last >= 0x11a8 && last <= 0x11c2 ? 2 : 1;
}
