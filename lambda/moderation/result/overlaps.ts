/** Overlapping finds: the allow list takes its part away, and spans that overlap become one. */

export interface Span {
  readonly start: number;
  readonly end: number;
  /** The entry, as written in the list. */
  readonly word: string;
}

interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * Leave out what lies within an allowed span. An allowed span that another hit overlaps does not count: masking that
 * hit would destroy it, and then a second moderation of the text would find more than the first.
 */
export function withoutAllowed<T extends Interval>(found: readonly T[], allowed: readonly Interval[]): T[] {
  let living = [...allowed].sort((a, b) => a.start - b.start);
  for (;;) {
    const active = found.filter(outside(living));
    const taken = merge(active);
    const left = living.filter((span) => !intersects(span, taken));
    if (left.length === living.length) return active;
    living = left;
  }
}

/** Tells whether an interval lies outside all of these, which are in order of their starts. */
function outside(spans: readonly Interval[]): (hit: Interval) => boolean {
  let furthest = -1;
  const reach = spans.map((span) => {
    furthest = Math.max(furthest, span.end);
    return furthest;
  });
  return (hit) => {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle]?.start ?? 0) <= hit.start) low = middle + 1;
      else high = middle;
    }
    return (reach[low - 1] ?? -1) < hit.end;
  };
}

function merge(spans: readonly Interval[]): Interval[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Does the span share a character with one of these disjoint, ordered ones? */
function intersects(span: Interval, ordered: readonly Interval[]): boolean {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle]?.end ?? 0) <= span.start) low = middle + 1;
    else high = middle;
  }
  return (ordered[low]?.start ?? Number.POSITIVE_INFINITY) < span.end;
}

/**
 * Makes spans ordered and disjoint. Of nested spans the outer one stays; spans that overlap in part become one that
 * covers both.
 */
export function disjoint<T extends Span>(spans: readonly T[]): T[] {
  const result: T[] = [];
  const ordered = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  for (const span of ordered) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else if (span.end > last.end) {
      const longer = span.end - span.start > last.end - last.start ? span : last;
      result[result.length - 1] = { ...longer, start: last.start, end: span.end };
    }
  }
  return result;
}
