/** Contractions: the apostrophe of ordinary spelling is no disguise, so `he'll` does not say "hell". */
import { APOSTROPHES } from "../reading/apostrophes.ts";
import { GAP } from "../reading/characters.ts";
import type { Passage } from "./passage.ts";
import type { Path } from "./paths.ts";

/** Units of the longest article or ending that an apostrophe joins to a word. */
const LONGEST = 8;

/** After an apostrophe these are English endings: he'll, don't, it's. */
const ENDINGS: ReadonlySet<string> = new Set("s t d m n l ll re ve em er all clock".split(" "));

/** Before an apostrophe and a vowel these are Romance articles and pronouns: l'eau, d'accord, qu'il, dell'arte. */
const ARTICLES: ReadonlySet<string> = new Set(
  "l d j m t s c n o y v z g b qu un all dall dell nell sull coll quest quell sant bell jusqu lorsqu puisqu quelqu".split(
    " ",
  ),
);

const VOWEL = /^[aeiouyhàâäéèêëîïôöùûü]/;

/** Does an apostrophe, and nothing else, stand before this character? */
function followsApostrophe({ text, characters }: Passage, at: number): boolean {
  const from = characters.end[at - 1] ?? 0;
  return characters.start[at] === from + 1 && APOSTROPHES.includes(text.charAt(from));
}

/** Is this one letter the ending of a word, as in `it's`? No spelled word begins with such a letter. */
export function isEnding(passage: Passage, at: number): boolean {
  const { gap } = passage.characters;
  if (gap[at] !== GAP.tight || gap[at - 1] !== GAP.none || gap[at + 1] === GAP.none) return false;
  return at > 1 && followsApostrophe(passage, at);
}

/** Is the only break of this path the apostrophe of a contraction or of an article, as in he'll and d'accord? */
export function isContraction(passage: Passage, { first, last, breakAt }: Path): boolean {
  if (!followsApostrophe(passage, breakAt)) return false;
  const { text, characters } = passage;
  const start = characters.start[first] as number;
  const middle = characters.start[breakAt] as number;
  const end = characters.end[last] as number;
  if (Math.min(middle - start, end - middle) > LONGEST) return false;
  const before = text.slice(start, middle - 1).toLowerCase();
  const after = text.slice(middle, end).toLowerCase();
  return ENDINGS.has(after) || (ARTICLES.has(before) && VOWEL.test(after));
}
