/** Decides whether letters that say a term are a hit where they stand. */

import type { Term } from "../list/term.ts";
import { type Glyph, KIND } from "../reading/glyph.ts";
import { GAP, type Items } from "../reading/items.ts";
import { APOSTROPHES, CLITICS, ELISIONS, ONE_LETTER_WORDS, OPENING_WORDS, UNITS } from "../reading/leet.ts";
import { type Candidate, isFlag, MANNER, type Way } from "./paths.ts";

const OPENING_REACH = 40;
/** More words of one letter in a row are a word that is spelled. */
const MAX_WORDS_BEFORE = 6;
/** Fewer letters between blanks are letters, and no word that is spelled. */
const MIN_SPELLED = 3;
/** From here on scripts write syllables, or consonants with their vowels. */
const FIRST_SYLLABLE = 0x900;
/** Items of the longest number with a unit. */
const MAX_QUANTITY = 16;
/** Units of the longest article or ending that an apostrophe joins to a word. */
const MAX_ELISION = 8;

/** Is this item the first of a word? */
export function startsWord(items: Items, item: number): boolean {
  if (item === 0 || items.gap[item] !== GAP.none) return true;
  const before = items.glyph[item - 1];
  const glyph = items.glyph[item];
  if (before === undefined || glyph === undefined) return true;
  if (isFlag(before) && isFlag(glyph)) return false;
  return before.kind === KIND.symbol || items.noBlank[item - 1] !== items.noBlank[item];
}

/** Does no letter run on before this item? */
export const standsAlone = (items: Items, item: number): boolean =>
  item === 0 || items.gap[item] !== GAP.none || items.glyph[item - 1]?.kind === KIND.symbol;

export function endsWord(items: Items, item: number, way: Way, term: Term): boolean {
  const glyph = items.glyph[item];
  const after = items.glyph[item + 1];
  if (after === undefined || glyph === undefined || items.gap[item + 1] !== GAP.none) return true;
  if (after.kind === KIND.vowel) return false;
  if (after.kind === KIND.symbol) return !(isFlag(glyph) && isFlag(after));
  if ((way.manner & MANNER.blanks) !== 0) return items.noBlank[item] === 1 && term.anyEnd;
  return term.anyEnd || items.noBlank[item + 1] !== items.noBlank[item];
}

/** The first item of a hit that does not begin with one more of its first letter, but with an article: `a a p p l e`. */
export function afterArticle(items: Items, way: Way, term: Term): number {
  const { first } = way;
  const glyph = items.glyph[first] as Glyph;
  if (way.taken !== term.size + 1 || term.letters[0] === term.letters[1] || items.gap[first + 1] !== GAP.blank)
    return first;
  if (!ONE_LETTER_WORDS.has(glyph.char.toLowerCase())) return first;
  let next = first + 1;
  while (items.glyph[next]?.kind === KIND.symbol) next += 1;
  return items.glyph[next]?.letters[0]?.[0] === glyph.letters[0]?.[0] ? next : first;
}

/** Is what the letters say a hit? */
export function judge(
  text: string,
  items: Items,
  first: number,
  last: number,
  way: Way,
  term: Term,
): Candidate | undefined {
  if ((items.named[last] ?? 0) === (items.named[first - 1] ?? 0)) return undefined;
  const { breaks, breakAt, widest } = way;
  const whole = { first, last, term, runsOnBefore: false, runsOnAfter: false };
  if (breaks === 0) return isQuantity(items, first, last) ? undefined : whole;
  if (term.words > 1) return whole;
  if ((way.manner & MANNER.blanks) !== 0 && term.size < MIN_SPELLED) {
    // a syllable or an idea each, two letters spell a word where nothing runs on
    if ((term.letters[0] as number) < FIRST_SYLLABLE) return undefined;
    if (!standsAlone(items, first) || items.gap[last + 1] === GAP.none) return undefined;
  }
  if (breaks === 1 && !term.hasApostrophe && isElision(text, items, first, breakAt, last)) return undefined;
  return {
    first,
    last,
    term,
    runsOnBefore: runsOnBefore(text, items, first, widest),
    runsOnAfter: runsOnAfter(text, items, last, widest),
  };
}

/** Where a spelling runs on it must be other terms that it runs on with: `c l a s s` is one word, no ass. */
export function ending(found: ReadonlySet<Candidate>): Candidate[] {
  const candidates = [...found];
  if (!candidates.some((candidate) => candidate.runsOnBefore || candidate.runsOnAfter)) return candidates;
  const ends = new Set<number>();
  const begun = candidates.filter((candidate) => {
    const fits = !candidate.runsOnBefore || ends.has(candidate.first - 1);
    if (fits) ends.add(candidate.last);
    return fits;
  });
  const starts = new Set<number>();
  const kept = new Set<Candidate>();
  for (const candidate of [...begun].sort((a, b) => b.first - a.first)) {
    if (candidate.runsOnAfter && !starts.has(candidate.last + 1)) continue;
    starts.add(candidate.first);
    kept.add(candidate);
  }
  return begun.filter((candidate) => kept.has(candidate));
}

/** A number with its unit: 5am, 2nd, 80s. */
function isQuantity(items: Items, first: number, last: number): boolean {
  if (items.glyph[first]?.kind !== KIND.digit || last - first > MAX_QUANTITY) return false;
  let unit = "";
  for (let i = first + 1; i <= last; i += 1) {
    const glyph = items.glyph[i];
    if (glyph?.kind === KIND.digit && unit === "") continue;
    unit += glyph?.char ?? "";
  }
  return UNITS.has(unit.toLowerCase());
}

/** Does an apostrophe, and nothing else, stand before this item? */
function isApostrophe(text: string, items: Items, item: number): boolean {
  const from = items.end[item - 1] ?? 0;
  return items.start[item] === from + 1 && APOSTROPHES.includes(text.charAt(from));
}

/** Is it the ending of a word, as in `it's`, which begins no word that is spelled on? */
export function isClitic(text: string, items: Items, item: number): boolean {
  if (items.gap[item] !== GAP.tight || items.gap[item - 1] !== GAP.none || items.gap[item + 1] === GAP.none)
    return false;
  return item > 1 && isApostrophe(text, items, item);
}

/** Is the one break the apostrophe of ordinary spelling: he'll, d'accord? */
function isElision(text: string, items: Items, first: number, breakAt: number, last: number): boolean {
  if (!isApostrophe(text, items, breakAt)) return false;
  const [start, middle, end] = [items.start[first] ?? 0, items.start[breakAt] ?? 0, items.end[last] ?? 0];
  if (Math.min(middle - start, end - middle) > MAX_ELISION) return false;
  const before = text.slice(start, middle - 1).toLowerCase();
  const after = text.slice(middle, end).toLowerCase();
  return CLITICS.has(after) || (ELISIONS.has(before) && /^[aeiouyhàâäéèêëîïôöùûü]/.test(after));
}

/** Is this item a letter that stands alone? */
function isLone(text: string, items: Items, item: number): boolean {
  const glyph = items.glyph[item];
  if (glyph === undefined || glyph.kind !== KIND.letter || isClitic(text, items, item)) return false;
  const after = items.gap[item + 1];
  const open = items.glyph[item + 1]?.kind === KIND.symbol || after === undefined || after !== GAP.none;
  return open && standsAlone(items, item);
}

/** Does no text stand before this offset, as far as one can see? */
const opensText = (text: string, offset: number): boolean =>
  !/\S/.test(text.slice(Math.max(0, offset - OPENING_REACH), offset));

/** Is a spelled word only the end of a longer spelled one, as in `c l a s s`? */
function runsOnBefore(text: string, items: Items, first: number, widest: number): boolean {
  const before = first - 1;
  if (!isLone(text, items, first) || !isLone(text, items, before) || items.gap[first] === GAP.barrier) return false;
  if ((items.blanks[first] ?? 0) > widest) return false;
  if (items.gap[first] === GAP.blank && before > 0 && items.gap[before] !== GAP.blank) return false;
  // the words of one letter before it are words of their own
  for (let i = before; isLone(text, items, i); i -= 1) {
    if (before - i === MAX_WORDS_BEFORE) return true;
    if (items.gap[i + 1] !== GAP.blank) return true;
    const letter = items.glyph[i]?.char.toLowerCase() ?? "";
    if (letter === "r" && items.glyph[i - 1]?.char.toLowerCase() === "u") continue; // u r
    const words = opensText(text, items.start[i] as number) ? OPENING_WORDS : ONE_LETTER_WORDS;
    if (!words.has(letter)) return true;
  }
  return false;
}

/** Is it only the beginning of one, as in `p o t a t o e s`? */
function runsOnAfter(text: string, items: Items, last: number, widest: number): boolean {
  const after = last + 1;
  if (!isLone(text, items, last) || !isLone(text, items, after) || items.gap[after] === GAP.barrier) return false;
  if ((items.blanks[after] ?? 0) > widest) return false;
  if (items.gap[after] !== GAP.blank) return true;
  if (after + 1 < items.length && items.gap[after + 1] !== GAP.blank) return false;
  const goesOn = after + 1 < items.length ? !isLone(text, items, after + 1) : /\S/.test(text.slice(items.end[after]));
  return !(goesOn && ONE_LETTER_WORDS.has(items.glyph[after]?.char.toLowerCase() ?? ""));
}
