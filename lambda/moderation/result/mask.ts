/** Stars in the place of what was found: one for each grapheme. */
import type { Span } from "./overlaps.ts";

let segmenter: Intl.Segmenter | undefined;
const PLAIN = /^[\x20-\x7e]*$/;

/** How many graphemes the text has. */
export function countGraphemes(text: string): number {
  if (PLAIN.test(text)) return text.length;
  // made late: its data takes longer to load than a short list does to compile
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
