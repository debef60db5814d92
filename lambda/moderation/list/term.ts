/** A term: a list entry, compiled to the letters that the search compares. */
import { APOSTROPHES, hasApostrophe } from "../reading/apostrophes.ts";
import { Characters, GAP } from "../reading/characters.ts";
import { KIND } from "../reading/kind.ts";
import { baseOf, isMarked, smallLetters } from "../reading/marked.ts";
import { type Entry, readEntry } from "./entry.ts";

/** Stands for the blanks between the words of a phrase. */
export const SPACE = 0x20;
/** Stands for blanks with punctuation, as in `Mr. Smith`. */
export const LOOSE_SPACE = 0x09;

export interface Term {
  readonly entry: Entry;
  /** The letters as text, which takes less room than numbers, with SPACE between the words of a phrase. */
  readonly letters: string;
  /** May a hit begin, or end, in the middle of a word? */
  readonly anyStart: boolean;
  readonly anyEnd: boolean;
  /** How many words it has. */
  readonly words: number;
  /** Is it written with an apostrophe? Then an apostrophe in the text, as in `he'll`, does not make it another word. */
  readonly hasApostrophe: boolean;
  /** How many letters it has, blanks not counted. */
  readonly size: number;
  /** Is it one letter, perhaps several times, such as `xxx`? */
  readonly isOneLetter: boolean;
  /** Signs that belong to its spelling, such as the `&` of `s&m`. */
  readonly signs: string;
  /** The only spelling that is a hit; undefined when disguises are hits as well. */
  readonly exactly: string | undefined;
  /** Its marked letters; absent when it has none. */
  readonly marks: Marks | undefined;
}

interface Marks {
  /** The runs of one letter, each with the marked letters in it. */
  readonly runs: readonly MarkedRun[];
  /** How many breaks it is written with: blanks, hyphens and the like. */
  readonly breaks: number;
}

interface MarkedRun {
  readonly base: string;
  readonly marked: readonly string[];
}

const CHARACTERS = new Characters();

/** The sign that belongs to a spelling is `&`. Hyphens, dots and the like count as a blank or as nothing. */
const NO_OWN_SIGN = /[^&]+/g;

const APOSTROPHE = new RegExp(`[${APOSTROPHES}]`, "gu");

/** How the entries of a list are meant that begin with neither `=` nor `~`. */
export type Match = "exact" | "disguised" | "variants";

/** The other spellings of a word. */
export type VariantsOf = (word: string) => readonly string[];

/** How entries are compiled. */
export interface Compilation {
  readonly match: Match;
  readonly variantsOf: VariantsOf;
}

/** Compile an entry and the variants that it asks for, or throw an Error that says why it can never match. */
export function compileTerms(written: string, { match, variantsOf }: Compilation): Term[] {
  const entry = readEntry(written);
  const term = compile(entry, match === "exact");
  if (!entry.varied && (match !== "variants" || entry.exact)) return [term];
  const varied = { ...entry, varied: true };
  return [compile(varied), ...variantsOf(entry.body).map((body) => compile({ ...varied, body }))];
}

/** Compile an entry as it is written, or throw an Error that says why it can never match. */
export const compileTerm = (written: string, isExact = false): Term => compile(readEntry(written), isExact);

function compile(entry: Entry, isExact = false): Term {
  const { body, written } = entry;
  if (PLAIN.test(body)) return compilePlain(entry, isExact);
  const characters = CHARACTERS;
  characters.read(body, { from: 0, to: body.length });
  const letters: number[] = [];
  let words = 1;
  for (let at = 0; at < characters.length; at += 1) {
    if (at > 0 && characters.gap[at] === GAP.blank) {
      letters.push(characters.mixed[at] === 1 ? LOOSE_SPACE : SPACE);
      words += 1;
    }
    for (const readings of characters.glyph[at]?.letters ?? []) letters.push(readings[0] ?? 0);
  }
  if (!hasLetter(characters)) throw new Error(`unable to use entry ${JSON.stringify(written)}; it has no letter`);
  return {
    entry,
    letters: String.fromCodePoint(...letters),
    anyStart: entry.openStart || characters.noBlank[0] === 1,
    anyEnd: entry.openEnd || characters.noBlank[characters.length - 1] === 1,
    words,
    hasApostrophe: hasApostrophe(body),
    size: letters.length - words + 1,
    isOneLetter: letters.every((letter) => letter === letters[0]),
    signs: body.replace(NO_OWN_SIGN, ""),
    exactly: entry.exact || isExact ? plainly(body) : undefined,
    marks: marksOf(body),
  };
}

/** Small letters a to z, which stand for themselves. */
const PLAIN = /^[a-z]+$/;

/** Compile a plain word; of long lists most are. */
function compilePlain(entry: Entry, isExact: boolean): Term {
  const { body } = entry;
  return {
    entry,
    letters: body,
    anyStart: entry.openStart,
    anyEnd: entry.openEnd,
    words: 1,
    hasApostrophe: false,
    size: body.length,
    isOneLetter: body === body.charAt(0).repeat(body.length),
    signs: "",
    exactly: entry.exact || isExact ? body : undefined,
    marks: undefined,
  };
}

/** A spelling, ready to be compared with another: small letters, one kind of blank, one kind of apostrophe. */
export const plainly = (text: string): string => smallLetters(text).replace(/\s+/gu, " ").replace(APOSTROPHE, "'");

const ASCII = /^[ -~]*$/;

function marksOf(body: string): Marks | undefined {
  if (ASCII.test(body)) return undefined;
  const letters = [...smallLetters(body)].filter((char) => /\p{L}/u.test(char));
  if (!letters.some(isMarked)) return undefined;
  const runs: { base: string; marked: string[] }[] = [];
  for (const letter of letters) {
    const base = baseOf(letter) ?? letter;
    if (runs.at(-1)?.base !== base) runs.push({ base, marked: [] });
    if (isMarked(letter)) runs.at(-1)?.marked.push(letter);
  }
  const breaks = body.match(/(?<=[\p{L}\p{M}\p{N}])[^\p{L}\p{M}\p{N}]+(?=[\p{L}\p{N}])/gu)?.length ?? 0;
  return { runs, breaks };
}

/** Is there a letter that can be read without others beside it? */
function hasLetter(characters: Characters): boolean {
  for (let at = 0; at < characters.length; at += 1) {
    const glyph = characters.glyph[at];
    if (glyph?.named === true && glyph.kind !== KIND.vowel) return true;
  }
  return false;
}
