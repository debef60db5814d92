/**
 * Digits and symbols that people write for letters, one character for one letter. There is no published table of
 * these. A character with several letters is matched either way.
 */

export const LEET: ReadonlyMap<string, string> = new Map([
  ["0", "o"],
  ["1", "il"],
  ["2", "z"],
  ["3", "e"],
  ["4", "a"],
  ["5", "s"],
  ["6", "gb"],
  ["7", "t"],
  ["8", "b"],
  ["9", "gq"],
  ["@", "a"],
  ["^", "a"],
  ["(", "c"],
  ["[", "c"],
  ["{", "c"],
  ["<", "c"],
  ["¢", "c"],
  ["©", "c"],
  ["€", "e"],
  ["#", "h"],
  ["!", "il"],
  ["¡", "il"],
  ["|", "il"],
  ["¦", "il"],
  ["£", "l"],
  ["°", "o"],
  ["¤", "o"],
  ["®", "r"],
  ["$", "s"],
  ["§", "s"],
  ["+", "t"],
  ["†", "t"],
  ["‡", "t"],
  ["µ", "u"],
  ["×", "x"],
  ["¥", "y"],
  ["%", "x"],
]);

/** A bracket is a c only where nothing closes it. */
export const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["<", ">"],
]);

/** What may follow a number without making a word of it: 5am, 2nd, 80s, 10km. */
export const UNITS: ReadonlySet<string> = new Set(
  (
    "st nd rd th am pm a p d s m k h g x v w b ms sec min hr hrs mo yr yrs yo km cm mm mg kg lb lbs oz ml cl dl ft in " +
    "kb mb gb tb hz khz mhz ghz kw mw kwh fps px pt pts usd eur gbp e er ers ème re eme º ª th's"
  ).split(" "),
);

export const APOSTROPHES = "'’‘ʼ＇`´";

/** After an apostrophe these are English endings: he'll, don't, it's. */
export const CLITICS: ReadonlySet<string> = new Set("s t d m n ll re ve em er all clock".split(" "));

/** Before an apostrophe and a vowel these are Romance articles and pronouns: l'eau, d'accord, qu'il, dell'arte. */
export const ELISIONS: ReadonlySet<string> = new Set(
  "l d j m t s c n o y v z g b qu un all dall dell nell sull coll quest quell sant bell jusqu lorsqu puisqu quelqu".split(
    " ",
  ),
);

/**
 * Words of one letter, which may stand beside a word spelled letter by letter and are no part of it: articles,
 * conjunctions, prepositions and pronouns of languages in Latin and Cyrillic letters.
 */
export const ONE_LETTER_WORDS: ReadonlySet<string> = new Set([
  ..."aeiouyàáâèéêìíòóôùúАаЯяВвИиОоУуСсКкЗзІіЙйЄє".toLowerCase(),
]);

/** Those that also begin a sentence. */
export const OPENING_WORDS: ReadonlySet<string> = new Set([..."aiuàая"]);
