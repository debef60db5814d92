/**
 * Common words that only look like an entry with a letter repeated or marked: "good" is not `god`, "año" is not `ano`.
 */
import { plainly, type Term } from "../list/term.ts";
import { isCommonWord } from "../reading/common-words.ts";
import type { Glyph } from "../reading/glyph.ts";
import { KIND } from "../reading/kind.ts";
import type { Passage } from "./passage.ts";
import type { Path } from "./paths.ts";

/** Characters of the longest word with a letter twice, and with a mark, that is looked up. */
const LONGEST = 12;
const LONGEST_MARKED = 5;

/** Only letters: a stray mark or an invisible character is in no common word. */
const LETTERS = /^\p{L}+$/u;

/** Is the text of the path a common word that is not its entry? */
export function isOtherWord({ text, characters }: Passage, path: Path, term: Term): boolean {
  const { first, last } = path;
  const { openStart, openEnd } = term.entry;
  if (path.breaks > 0 || term.words > 1 || last - first >= LONGEST || openStart || openEnd) return false;
  const size = last - first + 1;
  let isMarked = false;
  for (let at = first; at <= last; at += 1) {
    const glyph = characters.glyph[at] as Glyph;
    if (glyph.kind !== KIND.letter) return false;
    const hasMark =
      glyph.marked || (characters.end[at] as number) - (characters.start[at] as number) > glyph.char.length;
    if (hasMark) isMarked = true;
  }
  if (isMarked ? size > LONGEST_MARKED : size <= term.size) return false;
  const written = plainly(text.slice(characters.start[first], characters.end[last]));
  return LETTERS.test(written) && written !== plainly(term.entry.body) && isCommonWord(written);
}
