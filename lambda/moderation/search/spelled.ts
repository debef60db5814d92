/** Words spelled letter by letter: `p o t a t o` is a word, and the `a s s` in `c l a s s` is not. */
import type { Term } from "../list/term.ts";
import { GAP } from "../reading/characters.ts";
import type { Glyph } from "../reading/glyph.ts";
import { KIND } from "../reading/kind.ts";
import { standsAlone } from "./boundaries.ts";
import { isEnding } from "./contractions.ts";
import type { Candidate, Passage } from "./passage.ts";
import type { Path } from "./paths.ts";

/** How far back the beginning of the text is looked for, in UTF-16 units. */
const OPENING_REACH = 40;
/** More one-letter words than this in a row are a spelled word. */
const MAX_WORDS_BEFORE = 6;

/**
 * Words of one letter, which may stand beside a spelled word and are no part of it: articles, conjunctions,
 * prepositions and pronouns of languages in Latin, Cyrillic and Greek letters.
 */
const ONE_LETTER_WORDS: ReadonlySet<string> = new Set([..."aeiouyàáâèéêìíòóôùúåöwzvkįởкаявиоусзійєηήοὁἡ"]);

/** One-letter words that also begin a sentence. */
const OPENING_WORDS: ReadonlySet<string> = new Set([..."aiuàая"]);

/** The first character of a hit without an article that looks like its first letter: `a a p p l e`. */
export function afterArticle({ characters }: Passage, path: Path, term: Term): number {
  const { first } = path;
  if (path.taken !== term.size + 1 || term.letters.charAt(0) === term.letters.charAt(1)) return first;
  if (characters.gap[first + 1] !== GAP.blank) return first;
  const glyph = characters.glyph[first] as Glyph;
  if (!ONE_LETTER_WORDS.has(glyph.char.toLowerCase())) return first;
  for (let next = first + 1; ; next += 1) {
    const after = characters.glyph[next];
    if (after?.letters[0]?.includes(term.letters.codePointAt(0) as number)) return next;
    if (after?.kind !== KIND.symbol) return first;
  }
}

/** Is the last character of a hit a word of its own that repeats its last letter: `r o p a a la`? */
export function endsInArticle({ text, characters }: Passage, path: Path, { letters, size }: Term): boolean {
  const { last } = path;
  const { gap, glyph, end } = characters;
  if (path.taken !== size + 1 || letters.at(-1) === letters.at(-2) || gap[last] !== GAP.blank) return false;
  if (!ONE_LETTER_WORDS.has(glyph[last]?.char.toLowerCase() ?? "")) return false;
  const isRepeat = glyph[last - 1]?.letters[0]?.includes(letters.charCodeAt(letters.length - 1)) === true;
  return isRepeat && /^\s+\S{2}/.test(text.slice(end[last], (end[last] as number) + OPENING_REACH));
}

/**
 * Keep the candidates that are whole spelled words. `c l a s s` holds no `a s s`, but a spelling may run on into
 * another candidate.
 */
export function withoutParts(found: ReadonlySet<Candidate>): Iterable<Candidate> {
  let isPlain = true;
  for (const { runsOnBefore, runsOnAfter } of found) if (runsOnBefore || runsOnAfter) isPlain = false;
  if (isPlain) return found;
  const ends = new Set<number>();
  const begun = [...found].filter((candidate) => {
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

/** Is this character a letter that stands alone? */
function isLone(passage: Passage, at: number): boolean {
  const { characters } = passage;
  const glyph = characters.glyph[at];
  if (glyph === undefined || glyph.kind !== KIND.letter || isEnding(passage, at)) return false;
  const after = characters.gap[at + 1];
  const isOpen = characters.glyph[at + 1]?.kind === KIND.symbol || after === undefined || after !== GAP.none;
  return isOpen && standsAlone(characters, at);
}

/** Does the text begin at this offset, as far back as is looked? */
const opensText = (text: string, offset: number): boolean =>
  !/\S/.test(text.slice(Math.max(0, offset - OPENING_REACH), offset));

/** Is a spelled word only the end of a longer one, as in `c l a s s`? */
export function runsOnBefore(passage: Passage, first: number, widest: number): boolean {
  const { text, characters } = passage;
  const { gap, glyph, blanks } = characters;
  const before = first - 1;
  if (!isLone(passage, first) || !isLone(passage, before) || gap[first] === GAP.barrier) return false;
  if ((blanks[first] ?? 0) > widest) return false;
  if (gap[first] === GAP.blank && before > 0 && gap[before] !== GAP.blank) return false;
  // one-letter words before it are words of their own
  for (let at = before; isLone(passage, at); at -= 1) {
    if (before - at === MAX_WORDS_BEFORE) return true;
    if (gap[at + 1] !== GAP.blank) return true;
    const letter = glyph[at]?.char.toLowerCase() ?? "";
    if (letter === "r" && glyph[at - 1]?.char.toLowerCase() === "u") continue; // u r
    const words = opensText(text, characters.start[at] as number) ? OPENING_WORDS : ONE_LETTER_WORDS;
    if (!words.has(letter)) return true;
  }
  return false;
}

/** Is a spelled word only the beginning of a longer one, as in `p o t a t o e s`? */
export function runsOnAfter(passage: Passage, last: number, widest: number): boolean {
  const { text, characters } = passage;
  const { gap, glyph, blanks, end, length } = characters;
  const after = last + 1;
  if (!isLone(passage, last) || !isLone(passage, after) || gap[after] === GAP.barrier) return false;
  if ((blanks[after] ?? 0) > widest) return false;
  if (gap[after] !== GAP.blank) return true;
  if (after + 1 < length && gap[after + 1] !== GAP.blank) return false;
  const goesOn = after + 1 < length ? !isLone(passage, after + 1) : /\S/.test(text.slice(end[after]));
  return !(goesOn && ONE_LETTER_WORDS.has(glyph[after]?.char.toLowerCase() ?? ""));
}
