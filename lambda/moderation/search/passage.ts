/** The stretch of text that a search reads: the whole text, and the characters of the stretch. */
import type { Term } from "../list/term.ts";
import type { Characters } from "../reading/characters.ts";

export interface Passage {
  readonly text: string;
  readonly characters: Characters;
}

/** A term that the letters of a passage say, by its first and last character. */
export interface Candidate {
  readonly first: number;
  readonly last: number;
  readonly term: Term;
  /** Is it spelled letter by letter, and does the spelling run on before or after it? */
  readonly runsOnBefore: boolean;
  readonly runsOnAfter: boolean;
}
