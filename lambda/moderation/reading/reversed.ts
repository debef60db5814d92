/** Reversed stretches: a control character shows what follows it from right to left, so `otatop` is seen as "potato". */

/** A stretch that is shown reversed, without its control characters, and the text that is seen. */
export interface Reversed {
  readonly start: number;
  readonly end: number;
  readonly seen: string;
}

const OVERRIDE = "\u202e";
/** The override reaches to one of these or to the end of the line. */
const STRETCH = /\u202e([^\u202c\u202d\u202e\n]*)/g;

/** The reversed stretches of a text. */
export function findReversed(text: string): Reversed[] {
  if (!text.includes(OVERRIDE)) return [];
  return Array.from(text.matchAll(STRETCH), ({ index, 1: inner = "" }) => {
    const start = index + OVERRIDE.length;
    // by UTF-16 units, so that each place has its mirror; a pair of surrogates is turned back
    const seen = inner
      .split("")
      .reverse()
      .join("")
      .replace(/([\udc00-\udfff])([\ud800-\udbff])/g, "$2$1");
    return { start, end: start + inner.length, seen };
  });
}
