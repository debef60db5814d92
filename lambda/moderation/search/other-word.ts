/**
 * Common words that only look like an entry with a letter repeated or marked: "good" is not `god`, "año" is not `ano`.
 */
import { plainly, type Term } from "../list/term.ts";
import { isCommonWord } from "../reading/common-words.ts";
import type { Glyph } from "../reading/glyph.ts";
import { KIND } from "../reading/kind.ts";
import type { Passage } from "./passage.ts";
import type { Path } from "./paths.ts";

/** Characters of the longest word that is looked up, and of the longest one with several marks. */
const LONGEST = 14;
const LONGEST_MARKED = 5;
/** Common words have a letter at most twice in a row, and seldom more than one such letter that an entry lacks. */
const MAX_RUN = 2;
const MAX_REPEATS = 2;

/** Only letters of one alphabet: a stray mark, an invisible character or a letter of another script is in no common word. */
const isOfOneAlphabet = (text: string): boolean =>
  /^(?:\p{sc=Latin}+|\p{sc=Cyrillic}+|\p{sc=Greek}+|\p{sc=Arabic}+)$/u.test(text);

/** Is the text of the path a common word that is not its entry? */
export function isOtherWord({ text, characters }: Passage, path: Path, term: Term): boolean {
  const { first } = path;
  // "seen!" is "seen", although an exclamation mark may be an i
  const last = path.last - (path.last > first && characters.glyph[path.last]?.char === "!" ? 1 : 0);
  const { openStart, openEnd } = term.entry;
  if (path.breaks > 0 || term.words > 1 || last - first >= LONGEST || openStart || openEnd) return false;
  const size = last - first + 1;
  let marks = 0;
  let run = 0;
  for (let at = first; at <= last; at += 1) {
    const glyph = characters.glyph[at] as Glyph;
    if (glyph.kind !== KIND.letter) return false;
    const hasMark =
      glyph.marked || (characters.end[at] as number) - (characters.start[at] as number) > glyph.char.length;
    if (hasMark) marks += 1;
    run = at > first && glyph === characters.glyph[at - 1] ? run + 1 : 1;
    if (run > MAX_RUN) return false;
  }
  if (size <= term.size && marks === 0 && last === path.last) return false;
  if (size > LONGEST_MARKED && marks > 1) return false;
  if (size - term.size > MAX_REPEATS) return false;
  const found = text.slice(characters.start[first], characters.end[last]);
  const written = plainly(found);
  if (isAcronym(text, found, term)) return true;
  return (
    isOfOneAlphabet(written) && isOrdinaryCase(found) && written !== plainly(term.entry.body) && isCommonWord(written)
  );
}

/** Is it capitals, a letter of a short entry twice, in a text that is not all capitals: GATT? */
const isAcronym = (text: string, found: string, { size }: Term): boolean =>
  size <= LONGEST_ACRONYM - 1 && found.length === size + 1 && /^[A-Z]+$/.test(found) && /[a-z]{3}/.test(text);
const LONGEST_ACRONYM = 4;

/** Is a word in small letters, in capitals, or with a capital first? */
const isOrdinaryCase = (word: string): boolean => {
  const rest = word.slice(1);
  return rest === rest.toLowerCase() || word === word.toUpperCase();
};
