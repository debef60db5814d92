/**
 * Links, addresses, mentions, shortcodes of emoji, code, and faces made of letters: a hit inside one of them is not starred,
 * because that would break it. Each kind has one pattern, and no pattern can run on past another beginning of itself, so the
 * time is linear.
 */
import type { Found } from "../search/search.ts";

export type Kept = "link" | "mention" | "shortcode" | "code" | "face";

interface KeptSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: Kept;
}

/** Endings of addresses that are written without a scheme. Shorter ones, as in `pota.to`, are disguises more often. */
const ENDING = "(?:com|net|org|edu|gov|info|biz|example)";

/** A kind of span, a sign of it, which is looked for first, and its pattern. */
type Pattern = readonly [kind: Kept, sign: RegExp, pattern: RegExp];

/** Made when a text may have one of them: patterns with Unicode's tables take a while. */
const makeKinds = (): readonly Pattern[] => [
  ["link", /:\/\/|www\./i, /(?<![a-z0-9])(?:[a-z][a-z0-9+.-]{1,15}:\/\/|www\.)[^\s<>"]+/gi],
  [
    "link",
    /\.[a-z]{3}/i,
    new RegExp(
      `(?<![\\p{L}\\p{N}.@-])(?:[a-z0-9-]{1,63}\\.){1,8}${ENDING}(?![\\p{L}\\p{N}-])(?:[/?#:][^\\s<>"]*)?`,
      "giu",
    ),
  ],
  ["link", /@/, /(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}\.[a-z][\w.-]*/gi],
  ["mention", /@/, /(?<![\p{L}\p{N}_@])@[\p{L}\p{N}_][\p{L}\p{N}_.-]*/gu],
  ["shortcode", /:/, /<a?:\w{1,64}:\d{1,30}>|(?<![\p{L}\p{N}:]):[a-z][\w+-]{1,62}:(?![\p{L}\p{N}])/giu],
  // a word in backticks is still a word; code has signs of a programming language
  ["code", /`/, /`[^`\n]*[_=(){}[\];.<>/\\][^`\n]*`/g],
  ["face", /[(<]/, /(?:(?<![\p{L}\p{N}])[a-z])?[(<]([oO0xXtTuU@;^>=-])[_.-]{1,3}\1[)>](?:[a-z](?![\p{L}\p{N}]))?/gu],
];
let kinds: ReturnType<typeof makeKinds> | undefined;

/** A text without these signs has no such span. */
const SIGNS = new RegExp(`[@:\`(<]|www\\.|\\.${ENDING}`, "i");

const NONE: readonly KeptSpan[] = [];

/** The spans of a text in which hits are not starred. */
export function findKept(text: string): readonly KeptSpan[] {
  if (!SIGNS.test(text)) return NONE;
  const found: KeptSpan[] = [];
  kinds ??= makeKinds();
  for (const [kind, sign, pattern] of kinds) {
    if (!sign.test(text)) continue;
    for (const match of text.matchAll(pattern)) {
      // of a mention only the name: in `@ss` the sign is a letter
      const start = match.index + (kind === "mention" ? 1 : 0);
      found.push({ start, end: match.index + match[0].length, kind });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** One of each kind. */
const MOST_NESTED = 6;

/**
 * Tells which kind of span a hit lies in. A face also counts when a hit only overlaps it. Hits may come in any order.
 */
export function keptBy(spans: readonly KeptSpan[]): (hit: Pick<Found, "start" | "end">) => Kept | undefined {
  return ({ start, end }) => {
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle] as KeptSpan).start < end) low = middle + 1;
      else high = middle;
    }
    // spans of different kinds may be nested, but only a few deep
    for (let at = low - 1; at >= Math.max(0, low - 1 - MOST_NESTED); at -= 1) {
      const span = spans[at] as KeptSpan;
      const isIn = span.kind === "face" ? span.end > start : span.start <= start && span.end >= end;
      if (isIn) return span.kind;
    }
    return undefined;
  };
}
