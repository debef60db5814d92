/** A passage: the text and the stretch of it that a search reads, as characters. */
import type { Term } from "../list/term.ts";
import type { Characters } from "../reading/characters.ts";

export interface Passage {
  readonly text: string;
  readonly characters: Characters;
}

/** A place where the letters of a passage say a term. */
export interface Candidate {
  readonly first: number;
  readonly last: number;
  readonly term: Term;
  /** Is it spelled letter by letter, and does the spelling run on before or after it? */
  readonly runsOnBefore: boolean;
  readonly runsOnAfter: boolean;
}
