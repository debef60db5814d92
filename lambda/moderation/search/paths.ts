/** What the search and the judge of its finds have in common. */

import type { Term } from "../list/term.ts";
import { type Glyph, isFlagLetter, KIND } from "../reading/glyph.ts";
import { GAP } from "../reading/items.ts";

/** How a hit is broken so far: blanks demand that all letters stand alone, longer chunks that no break is a blank. */
export const MANNER = { whole: 0, blanks: 1, chunks: 2, broken: 4 } as const;
export const isImpossible = (manner: number): boolean => (manner & 3) === (MANNER.blanks | MANNER.chunks);

/** One way of reading the text so far. */
export interface Way {
  node: number;
  manner: number;
  /** The widest gap since the last letter taken. */
  gap: number;
  /** First and last item taken. */
  first: number;
  last: number;
  /** How many items it took. */
  taken: number;
  /** How many breaks it has, the item after the last one, and how many blanks the widest holds. */
  breaks: number;
  breakAt: number;
  widest: number;
  /** Ends in a digit or symbol that was taken for one more of the letter before it. */
  soft: boolean;
}

export const START: Way = {
  node: 0,
  manner: MANNER.whole,
  gap: GAP.none,
  first: 0,
  last: 0,
  taken: 1,
  breaks: 0,
  breakAt: 0,
  widest: 0,
  soft: false,
};

export const isSoft = (glyph: Glyph): boolean => glyph.kind === KIND.digit || glyph.kind === KIND.symbol;

/** A term found, in items. */
export interface Candidate {
  readonly first: number;
  readonly last: number;
  readonly term: Term;
  /** Is it spelled, and does the spelling run on before or after it? */
  readonly runsOnBefore: boolean;
  readonly runsOnAfter: boolean;
}

/** What the letters of the item at hand can be. */
export type Letters = readonly (readonly number[])[];

/** Is it half of a flag? Flags are letters together or signs together. */
export const isFlag = (glyph: Glyph | undefined): boolean =>
  glyph?.kind === KIND.symbol && isFlagLetter(glyph.char.codePointAt(0) ?? 0);
