/** Masking: each hit is replaced by stars, one for each grapheme. */
import type { Span } from "./overlaps.ts";

let segmenter: Intl.Segmenter | undefined;
const PLAIN = /^[\x20-\x7e]*$/;
/**
 * Characters that are always a grapheme of their own: letters of Latin, Greek, Cyrillic and Canadian syllabics, money signs,
 * kana, Bopomofo, Han, Hangul, letters in circles, of full width and of other styles.
 */
const SINGLE =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u1400-\u167f\u1e00-\u1fff\u20a0-\u20bf\u2460-\u24ff\u3041-\u3096\u30a1-\u30fa\u3105-\u312f\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e\u{1d400}-\u{1d7ff}]*$/u;

/** Invisible characters that are a grapheme of their own, and marks that belong to the character before them. */
const OWN = "\\u00ad\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff";
const ATTACHED = "\\u0300-\\u036f\\u0483-\\u0489\\u1dc0-\\u1dff\\u200c\\u20d0-\\u20f0\\ufe00-\\ufe0f\\ufe20-\\ufe2f";
const MARKED = new RegExp(
  `^[\\x20-\\x7e\\u00c0-\\u02ff\\u0370-\\u0482\\u048a-\\u052f\\u1e00-\\u1fff\\u{1d400}-\\u{1d7ff}${OWN}${ATTACHED}]*$`,
  "u",
);
/** A grapheme of such a text: a character with its marks, an invisible one, or marks that have no character. */
const GRAPHEME = new RegExp(`[${OWN}]|[^${ATTACHED}]?[${ATTACHED}]+|[^${ATTACHED}]`, "gu");

/** How many graphemes the text has. */
export function countGraphemes(text: string): number {
  if (PLAIN.test(text)) return text.length;
  if (SINGLE.test(text)) return [...text].length;
  if (MARKED.test(text)) return text.match(GRAPHEME)?.length ?? 0;
  // made when it is first needed: loading its data takes longer than compiling a short list
  segmenter ??= new Intl.Segmenter("und", { granularity: "grapheme" });
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/** The text with each span starred out; `fill` brings the stars of a span to another length. */
export function mask(
  text: string,
  spans: readonly Span[],
  fill: (stars: string, length: number) => string = keep,
): string {
  let result = "";
  let from = 0;
  for (const { start, end } of spans) {
    const stars = "*".repeat(countGraphemes(text.slice(start, end)));
    result += text.slice(from, start) + fill(stars, end - start);
    from = end;
  }
  return result + text.slice(from);
}

const keep = (stars: string): string => stars;
