/** Letters with marks, such as ö, đ and й: which letter is under the mark. */

/** Letters with a stroke or without a dot, which Unicode takes for letters of their own. */
const STROKED: ReadonlyMap<string, string> = new Map([
  ["ı", "i"],
  ["đ", "d"],
  ["ø", "o"],
  ["ł", "l"],
  ["ħ", "h"],
  ["ŧ", "t"],
]);

/** Whoever writes е means ё as well. */
const OPTIONAL: ReadonlySet<string> = new Set(["ё"]);

/** The letters of Latin, Greek and Cyrillic words, as ranges: the engine's own tables take long to load. */
const ALPHABET = /^[a-z\u00df-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1eff\u1f00-\u1fff]$/u;

/**
 * The letter under the marks of one small letter of an alphabet, or the letter itself; undefined for what is no such
 * letter, such as a letter of another style or one with marks that no language writes.
 */
export function baseOf(letter: string): string | undefined {
  if (letter.length === 1 && letter >= "a" && letter <= "z") return letter;
  if (!ALPHABET.test(letter)) return undefined;
  const stroked = STROKED.get(letter);
  if (stroked !== undefined) return stroked;
  const base = letter.normalize("NFD").charAt(0);
  return base.normalize("NFKD") === base ? base : undefined;
}

/** Does this small letter carry a mark that makes another letter of it? */
export function isMarked(letter: string): boolean {
  if (letter < "\x80" || OPTIONAL.has(letter)) return false;
  const base = baseOf(letter);
  return base !== undefined && base !== letter;
}

const ASCII = /^[ -~]*$/;

/** The text in small letters, each with its marks in one character; the Turkish capital with a dot is an i. */
export const smallLetters = (text: string): string =>
  ASCII.test(text) ? text.toLowerCase() : text.replaceAll("İ", "i").normalize("NFC").toLowerCase();
