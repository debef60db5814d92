/**
 * Drawn letters: several signs that look like one letter together, as the k in `|<ale` and the v in `\/iolet`. No table of
 * them is published, so this one is our own. The engine reads a text once more with each of them as its letter.
 */
import type { Markup } from "./markup.ts";

const LETTERS: Readonly<Record<string, string>> = {
  "/\\/\\": "m",
  "|\\/|": "m",
  "\\/\\/": "w",
  "|\\|": "n",
  "/\\/": "n",
  "/-\\": "a",
  "/\\": "a",
  "\\/": "v",
  "|_|": "u",
  "|-|": "h",
  "|<": "k",
  "|{": "k",
  "|>": "p",
  "|)": "d",
  "|]": "d",
  "|3": "b",
  "|2": "r",
  "()": "o",
  "[]": "o",
  "><": "x",
  "}{": "x",
};

const quoted = (signs: string): string => signs.replace(/[\\/|()[\]{}]/g, "\\$&");
/** In a word: a letter or another drawn one stands on one side, and for the o on both, because `f()` is code. */
function makeDrawn(): RegExp {
  const any = Object.keys(LETTERS).map(quoted).join("|");
  return new RegExp(`(?:${any})(?=[\\p{L}|/\\\\])|(?<=\\p{L})(?:${any})`, "gu");
}
let drawn: RegExp | undefined;
const CALL = new Set(["()", "[]"]);
/** A text without these signs has no drawn letter. */
const SIGNS = /[|\\/()[\]<>{}]{2}|\/-\\|\|_|\|-|\|[23]/;

/** The drawn letters of a text, in order. */
export function findDrawnLetters(text: string): Markup[] {
  if (!SIGNS.test(text)) return [];
  drawn ??= makeDrawn();
  const found: Markup[] = [];
  for (const { 0: signs, index } of text.matchAll(drawn)) {
    const end = index + signs.length;
    if (CALL.has(signs) && !(isLetter(text.charAt(index - 1)) && isLetter(text.charAt(end)))) continue;
    found.push({ start: index, end, point: LETTERS[signs]?.charCodeAt(0) });
  }
  return found;
}

const isLetter = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);
