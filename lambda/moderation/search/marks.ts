/**
 * Marks that tell words apart: an entry matches only with its marks, so `göt` does not star "got" and `chó` does not
 * star "cho". A hit that is plainly disguised in another way may lack them: `g0t`.
 */
import type { Term } from "../list/term.ts";
import { GAP } from "../reading/characters.ts";
import { KIND } from "../reading/kind.ts";
import { baseOf, smallLetters } from "../reading/marked.ts";
import type { Passage } from "./passage.ts";
import type { Path } from "./paths.ts";

/** A shorter word with signs between its letters is an abbreviation rather than a disguise: `G.O.T.` */
const MIN_BROKEN = 4;
/** A hit with this many times the letters of its entry repeats them, which is a disguise. */
const MAX_STRETCH = 4;

/** Does the hit have the marks that its term asks for? */
export function hasMarks(passage: Passage, path: Path, term: Term): boolean {
  if (term.marks === undefined) return true;
  const { runs: marks, breaks } = term.marks;
  const { first, last } = path;
  if (path.breaks > breaks && term.size >= MIN_BROKEN) return true;
  if (last - first > term.size * MAX_STRETCH) return true;
  const { characters, text } = passage;
  let lacks = false;
  let run = -1;
  let base = "";
  let missing: string[] = [];
  for (let at = first; at <= last; at += 1) {
    const isExclamation = at === last && characters.glyph[at]?.char === "!";
    if (characters.glyph[at]?.kind !== KIND.letter && !isExclamation) return true;
    const isHidden = at > first && characters.gap[at] === GAP.none && characters.start[at] !== characters.end[at - 1];
    if (isHidden) return true;
    // an exclamation mark behind a word is no more than an i: `am!` is not `amı`
    const written = isExclamation ? "i" : smallLetters(text.slice(characters.start[at], characters.end[at]));
    const found = baseOf(written);
    if (found === undefined) return true;
    if (found !== base) {
      lacks ||= missing.length > 0;
      run += 1;
      base = found;
      if (marks[run]?.base !== base) return true;
      missing = [...(marks[run]?.marked ?? [])];
    }
    if (written === base)
      missing = missing.filter((letter) => !losesMark(letter, text.charAt(characters.start[at] ?? 0)));
    else if (missing.includes(written)) missing = missing.filter((letter) => letter !== written);
    else if (/\p{sc=Greek}/u.test(written)) lacks = true;
  }
  return !lacks && missing.length === 0;
}

/** May this letter lack its mark? A capital ı is an I, and the accents of Greek are often left out. */
const losesMark = (letter: string, written: string): boolean =>
  letter === "ı" ? written === "I" : /\p{sc=Greek}/u.test(letter);
