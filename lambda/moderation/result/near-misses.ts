/**
 * Near misses: words that are nearly an entry, each with the numbered rule of docs/accuracy.md that makes it no hit.
 * Every word is compared with every entry, so this is for people who ask about one text, not for every message.
 */
import { compileTerm, type Term } from "../list/term.ts";
import { Characters } from "../reading/characters.ts";

export interface NearMiss {
  /** The word of the text. */
  readonly text: string;
  readonly entry: string;
  /** Why it is no hit, with the number of the rule. */
  readonly why: string;
}

/** With fewer letters everything is nearly an entry. */
const MIN_SIZE = 4;
const MOST = 20;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The near misses of these entries, outside of the hits. */
export function nearMisses(text: string, entries: readonly string[], hits: readonly Span[]): NearMiss[] {
  const words = [...text.matchAll(/\S+/gu)]
    .map(([word], index, all) => ({ word, start: all[index]?.index ?? 0 }))
    .filter(({ word, start }) => !hits.some((hit) => hit.start < start + word.length && hit.end > start))
    .map(({ word, start }) => ({ word, letters: lettersOf(word), end: start + word.length, start }));
  const terms = entries.map((entry) => compileTerm(entry)).filter(({ words, size }) => words === 1 && size >= MIN_SIZE);
  const found: NearMiss[] = [];
  for (const [index, { word, letters, start, end }] of words.entries()) {
    const next = words[index + 1];
    for (const term of terms) {
      if (found.length === MOST) return found;
      const spelling = term.letters;
      const pair = next === undefined ? "" : text.slice(start, next.end);
      const whole = next !== undefined && letters + next.letters === spelling;
      if (whole)
        found.push({ text: pair, entry: term.entry.written, why: "a blank stands between its pieces; rule 3" });
      const why = whyNot(letters, spelling, term);
      if (why !== undefined) found.push({ text: text.slice(start, end) || word, entry: term.entry.written, why });
    }
  }
  return found;
}

function whyNot(letters: string, spelling: string, term: Term): string | undefined {
  if (letters === spelling) return term.exactly === undefined ? "its marks differ; rule 4" : "the entry is exact";
  if (letters.includes(spelling)) return "it stands inside a longer word; rule 1";
  if (letters.length + 1 === spelling.length && isWithoutOne(spelling, letters)) return "one letter short; rule 2";
  if (letters.length - 1 === spelling.length && isWithoutOne(letters, spelling)) return "one letter more; rule 2";
  if (letters.length !== spelling.length) return undefined;
  const wrong = [...letters].flatMap((letter, at) => (letter === spelling[at] ? [] : [at]));
  if (wrong.length === 1) return "one letter is another; rule 2";
  const [a = 0, b = 0] = wrong;
  const isSwapped = wrong.length === 2 && b === a + 1 && letters[a] === spelling[b] && letters[b] === spelling[a];
  return isSwapped ? "two letters are swapped; rule 2" : undefined;
}

/** Is the shorter text the longer one without one of its letters? */
function isWithoutOne(longer: string, shorter: string): boolean {
  let at = 0;
  while (at < shorter.length && longer[at] === shorter[at]) at += 1;
  return longer.slice(at + 1) === shorter.slice(at);
}

/** The letters that a word is most plainly read as. */
function lettersOf(word: string): string {
  const characters = new Characters();
  characters.read(word, { from: 0, to: word.length });
  let letters = "";
  for (let at = 0; at < characters.length; at += 1) {
    for (const readings of characters.glyph[at]?.letters ?? []) letters += String.fromCodePoint(readings[0] ?? 0);
  }
  return letters;
}
