/** Weighs a path: whether letters that say a term are a hit where they stand. */
import { plainly, type Term } from "../list/term.ts";
import { GAP } from "../reading/characters.ts";
import { standsAlone } from "./boundaries.ts";
import { isContraction } from "./contractions.ts";
import { hasMarks } from "./marks.ts";
import { isOtherWord } from "./other-word.ts";
import type { Candidate, Passage } from "./passage.ts";
import { MANNER, type Path } from "./paths.ts";
import { holdsNumber, isQuantity } from "./quantities.ts";
import { isChance, MIN_BROKEN } from "./short-words.ts";
import { areSigns } from "./signs.ts";
import { afterArticle, endsInArticle, runsOnAfter, runsOnBefore } from "./spelled.ts";

/** UTF-16 units of the longest text that is compared with an exact entry, since it may hold many blanks. */
const MAX_EXACT = 1_000;

/** The hit at the end of a path; undefined when it is none. */
export function weigh(passage: Passage, path: Path, term: Term): Candidate | undefined {
  const { characters } = passage;
  const { last, breaks, widest } = path;
  const first = afterArticle(passage, path, term);
  if (characters.named[last] === (characters.named[first - 1] ?? 0)) return undefined;
  if (term.exactly !== undefined && !isExact(passage, path, term.exactly)) return undefined;
  if (isChance(characters, path, term) || areSigns(passage, path, term)) return undefined;
  if (!hasMarks(passage, path, term) || isOtherWord(passage, path, term)) return undefined;
  if (breaks === 0 && isQuantity(characters, first, last)) return undefined;
  if (breaks === 0 || term.words > 1) return { first, last, term, runsOnBefore: false, runsOnAfter: false };
  const isSpelled = (path.manner & MANNER.blanks) !== 0;
  if (isSpelled && (holdsNumber(characters, first, last) || endsInArticle(passage, path, term))) return undefined;
  if (isSpelled && term.size < MIN_BROKEN) {
    // in scripts with a syllable or an idea in each letter, two letters are a word only where nothing runs on
    if (!standsAlone(characters, first) || characters.gap[last + 1] === GAP.none) return undefined;
  }
  if (breaks === 1 && !term.hasApostrophe && isContraction(passage, path)) return undefined;
  return {
    first,
    last,
    term,
    runsOnBefore: runsOnBefore(passage, first, widest),
    runsOnAfter: runsOnAfter(passage, last, widest),
  };
}

/** Is the text of the path this spelling? */
function isExact({ text, characters }: Passage, { first, last }: Path, spelling: string): boolean {
  const start = characters.start[first] as number;
  const end = characters.end[last] as number;
  return end - start <= MAX_EXACT && plainly(text.slice(start, end)) === spelling;
}
