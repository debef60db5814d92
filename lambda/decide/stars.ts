/** The text with stars in the place of what several rules found. */
import { mask } from "../moderation/result/mask.ts";
import { disjoint } from "../moderation/result/overlaps.ts";
import { MAX_ROUNDS, padded } from "../moderation/result/uncover.ts";
import type { Span } from "../policy/conditions/condition.ts";
import type { WordLists } from "../policy/lists.ts";

/** Half-open UTF-16 offsets. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Star out what each masking rule found. A rule that found no place in particular has the whole text starred out. */
export function starOut(
  text: string,
  found: readonly (readonly Span[])[],
  find: WordLists["find"],
): { readonly text: string; readonly masked: readonly Interval[] } {
  const whole: Span = { start: 0, end: text.length };
  let masked = together(found.flatMap((spans) => (spans.length > 0 ? spans : [whole])));
  const lists = [...new Set(found.flat().flatMap(({ list }) => list ?? []))];
  // one rule with one list has looked already at what its own stars bring together
  const mayUncover = lists.length > 0 && (found.length > 1 || lists.length > 1);
  for (let round = 1; mayUncover && round < MAX_ROUNDS; round += 1) {
    const all = together([...masked, ...find(mask(text, masked, padded), lists)]);
    if (sizeOf(all) === sizeOf(masked)) break;
    masked = all;
  }
  return { text: mask(text, masked), masked };
}

const together = (spans: readonly Span[]) =>
  disjoint(spans.filter(({ start, end }) => end > start).map(({ start, end }) => ({ start, end, word: "" })));

const sizeOf = (spans: readonly Interval[]): number => spans.reduce((sum, { start, end }) => sum + end - start, 0);
