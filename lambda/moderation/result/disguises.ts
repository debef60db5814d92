/**
 * Disguises of a hit, in words for people: how the text differs from the entry. The search alone decides what is a hit.
 */

import { readEntry } from "../list/entry.ts";
import { compileTerms, type Term } from "../list/term.ts";
import { variantsOf } from "../list/variants.ts";
import { Characters, GAP } from "../reading/characters.ts";
import { findDrawnLetters } from "../reading/drawn-letters.ts";
import { KIND } from "../reading/kind.ts";
import { Search } from "../search/search.ts";
import { Trie } from "../search/trie.ts";

/** Each sign stands for a letter of its own: p*tato. */
const HIDING = "signs in the place of letters";

/** Each disguise that was undone to read a hit as its entry, with the characters that it was undone on. */
export function disguisesOf(hit: string, word: string): string[] {
  const own = readEntry(word).body;
  const { text, drawn } = withoutDrawn(hit);
  const terms = compileTerms(word, { match: "disguised", variantsOf });
  const asWritten = terms.find((term) => isRead(hit, term));
  const asDrawn = asWritten === undefined && drawn !== "" ? terms.find((term) => isRead(text, term)) : undefined;
  const body = (asWritten ?? asDrawn)?.entry.body ?? own;
  return [
    ...(body === own ? [] : [`another way of writing (${body})`]),
    ...(asDrawn === undefined ? [] : [`letters drawn with signs (${drawn})`]),
    ...differences(asDrawn === undefined ? hit : text, body),
  ];
}

/** Does the search read the whole text as this term? */
const isRead = (text: string, term: Term): boolean =>
  new Search(new Trie([term]))
    .find(text, { from: 0, to: text.length })
    .some(({ start, end }) => start === 0 && end === text.length);

/** The text with letters in the place of drawn ones, and which ones these are. */
function withoutDrawn(hit: string): { readonly text: string; readonly drawn: string } {
  let [text, at] = ["", 0];
  const drawn: string[] = [];
  for (const { start, end, point } of findDrawnLetters(hit)) {
    const letter = point === undefined ? "" : String.fromCodePoint(point);
    text += hit.slice(at, start) + letter;
    drawn.push(`${hit.slice(start, end)} = ${letter}`);
    at = end;
  }
  return { text: text + hit.slice(at), drawn: drawn.join(", ") };
}

/** How a hit differs from the spelling that it is read as. */
function differences(hit: string, body: string): string[] {
  if (hit === body) return [];
  const entry = read(body);
  const items = read(hit);
  const own = new Set(entry.letters);
  const spelling = body.toLowerCase();
  const isHiding = countOwn(items.list, own) < entry.letters.length;
  const found = new Map<string, Set<string>>();
  const note = (what: string, chars: string): void => {
    found.set(what, (found.get(what) ?? new Set()).add(chars));
  };
  for (let i = 0; i < items.list.length; i += 1) {
    const glyph = items.list.glyph[i];
    if (glyph === undefined) break;
    const { char, kind, letters } = glyph;
    const read = letters.map((readings) => readings.map((point) => String.fromCodePoint(point)));
    const meant = read.map((readings) => readings.find((letter) => own.has(letter)) ?? readings[0] ?? "").join("");
    const written = hit.slice(items.list.start[i], items.list.end[i]);
    if (kind === KIND.digit || (kind === KIND.symbol && !glyph.named)) {
      if (!own.has(char))
        note(
          own.has(meant) ? "digits or symbols for letters" : isHiding ? HIDING : "separators",
          own.has(meant) ? `${char} = ${meant}` : char,
        );
    } else if (char !== meant && char.toLowerCase() !== meant && !spelling.includes(char.toLowerCase()))
      note(nameOf(char, meant), `${char} = ${meant}`);
    if (written !== char && /\p{M}/u.test(written.slice(char.length))) note("accents and marks", written);
    const between = i === 0 ? "" : hit.slice(items.list.end[i - 1], items.list.start[i]);
    if (between !== "" && items.list.gap[i] === GAP.none) note("invisible characters", codes(between));
    else if (between !== "" && !body.includes(between)) note(isHiding ? HIDING : "separators", JSON.stringify(between));
  }
  if (/\p{Lu}/u.test(hit) && hit.toLowerCase() !== hit && body.toLowerCase() === body)
    note("upper case", hit.replace(/[^\p{Lu}]/gu, ""));
  const repeated = runs(items.letters) > 0 && items.letters.length > entry.letters.length;
  if (repeated) note("repeated letters", `${items.letters.length} for ${entry.letters.length}`);
  return [...found].map(([what, chars]) => `${what} (${[...chars].join(", ")})`);
}

/** How many letters may be one of the entry's. */
function countOwn({ glyph, length }: Characters, own: ReadonlySet<string>): number {
  let count = 0;
  for (let at = 0; at < length; at += 1) {
    for (const readings of glyph[at]?.letters ?? []) {
      if (readings.some((point) => own.has(String.fromCodePoint(point)))) count += 1;
    }
  }
  return count;
}

function read(text: string): { list: Characters; letters: string[] } {
  const list = new Characters();
  list.read(text, { from: 0, to: text.length });
  const letters: string[] = [];
  for (const glyph of list.glyph.slice(0, list.length)) {
    for (const readings of glyph?.letters ?? []) letters.push(String.fromCodePoint(readings[0] ?? 0));
  }
  return { list, letters };
}

const nameOf = (char: string, meant: string): string => {
  if ([...meant].length > 1) return "one character for several letters";
  const plain = char.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  if (plain === meant && char.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase() !== meant)
    return "letters of another style";
  return plain === meant ? "accents and marks" : "look-alikes";
};

const codes = (text: string): string =>
  [...text].map((char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`).join(" ");

const runs = (letters: readonly string[]): number => letters.filter((letter, i) => letter === letters[i - 1]).length;
