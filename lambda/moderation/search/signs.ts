/** Signs that are no letters: the `&` of an entry such as `s&m`, emoji, and the dot or slash between two words. */
import type { Term } from "../list/term.ts";
import { isCommonWord } from "../reading/common-words.ts";
import { KIND } from "../reading/kind.ts";
import type { Passage } from "./passage.ts";
import type { Path } from "./paths.ts";

/** Fewer emoji of letters are meant as signs: a flag, a blood group, "OK". */
const MIN_EMOJI = 3;
/** Signs that stand between two words without blanks, as in "may be/an issue" and "Pick-A". */
const BETWEEN_WORDS = "./-";
/** Units of the longest word that is looked up. */
const LONGEST = 8;

/** Are the signs of the path meant as signs? Then it is no hit. */
export const areSigns = (passage: Passage, path: Path, term: Term): boolean =>
  lacksSigns(passage, path, term) ||
  areEmoji(passage, path) ||
  areTwoWords(passage, path, term) ||
  isStutter(passage, path, term);

/** Does the text lack a sign that the entry is written with? */
function lacksSigns({ text, characters }: Passage, { first, last }: Path, { signs }: Term): boolean {
  if (signs === "") return false;
  let at = characters.start[first] as number;
  for (const sign of signs) {
    at = text.indexOf(sign, at);
    if (at < 0 || at >= (characters.end[last] as number)) return true;
  }
  return false;
}

function areEmoji({ characters: { glyph } }: Passage, { first, last }: Path): boolean {
  if (last - first + 1 >= MIN_EMOJI) return false;
  for (let at = first; at <= last; at += 1) if (glyph[at]?.isEmoji !== true) return false;
  return true;
}

/** Is it two common words with a sign between them? */
function areTwoWords({ text, characters }: Passage, path: Path, { words }: Term): boolean {
  const { first, last, breaks, breakAt } = path;
  if (breaks !== 1 || words > 1) return false;
  const { start, end, glyph } = characters;
  const middle = end[breakAt - 1] as number;
  const next = start[breakAt] as number;
  if (next - middle !== 1 || !BETWEEN_WORDS.includes(text.charAt(middle))) return false;
  if (middle - (start[first] as number) > LONGEST || (end[last] as number) - next > LONGEST) return false;
  const before = text.slice(start[first], middle);
  const after = text.slice(next, end[last]);
  // a number, as in `1/add` and `U-101`
  if (NUMBER.test(before) || NUMBER.test(after))
    return isWord(before) || isWord(after) || isPairOfSingles(before, after);
  if (glyph[breakAt - 1]?.kind !== KIND.letter) return false;
  return isWord(before) && (isWord(after) || (after.toLowerCase() === "a" && text.charAt(middle) === "-"));
}

/** Is it a common word with its first letter stammered: `A-a-and`? */
function isStutter({ text, characters }: Passage, { first, last, breaks }: Path, { entry }: Term): boolean {
  const { start, end } = characters;
  if (breaks === 0 || last - first > LONGEST) return false;
  const word = stutteredWord(text.slice(start[first], end[last]).toLowerCase());
  return word !== undefined && word !== entry.body.toLowerCase() && isCommonWord(word);
}
const stutteredWord = (text: string): string | undefined => /^(\p{L})(?:-\1)*-(\1\p{L}+)$/u.exec(text)?.[2];

const NUMBER = /^[0-9]+$/;

/** Is one of them a single letter, beside a number of several digits? */
const isPairOfSingles = (before: string, after: string): boolean =>
  (/^\p{L}$/u.test(before) && after.length > 1) || (/^\p{L}$/u.test(after) && before.length > 1);

const isWord = (word: string): boolean => word.length > 1 && isCommonWord(word.toLowerCase());
