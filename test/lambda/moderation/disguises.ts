/**
 * Makes cases nobody chose by hand: words drawn from a dictionary, disguised at random, put into sentences of many
 * languages. What looks like a letter is drawn from Unicode's tables directly and not from the engine's.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const dictionary: readonly string[] = require("an-array-of-english-words");
const prototypes: Readonly<Record<string, string>> = require("unhomoglyph/data.json");

/** The whole dictionary: about 275,000 words. */
export const DICTIONARY = dictionary;

export type Random = () => number;

/** A small seeded generator (mulberry32): the same cases in every run. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
}

/** Different words of a length, at random. */
export function drawWords(random: Random, count: number, shortest = 4, longest = 12): string[] {
  const pool = DICTIONARY.filter((word) => word.length >= shortest && word.length <= longest);
  const drawn = new Set<string>();
  while (drawn.size < count) drawn.add(pick(random, pool));
  return [...drawn];
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const index = (letter: string): number => LETTERS.indexOf(letter);
const from = (start: number) => (letter: string) => String.fromCodePoint(start + index(letter));

/** Characters of Unicode's confusables whose prototype is this letter, in scripts where they are letters. */
function confusablesOf(letter: string): string[] {
  const upper = letter.toUpperCase();
  return Object.keys(prototypes).filter((char) => {
    const prototype = prototypes[char];
    if (prototype !== letter && prototype !== upper) return false;
    // the bar is no more an l than an i, and case tells some from others
    if (letter === "l" || letter === "i")
      return /^[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Latin}\p{sc=Common}]/u.test(char) && char > "\x7f";
    return /^\p{L}$/u.test(char) && char > "\x7f";
  });
}

const CONFUSABLES = new Map([...LETTERS].map((letter) => [letter, confusablesOf(letter)]));

const SMALL_CAPITALS = [..."ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ.ʏᴢ"];
const SUPERSCRIPTS = [..."ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖ.ʳˢᵗᵘᵛʷˣʸᶻ"];
const STYLES: readonly ((letter: string) => string)[] = [
  from(0xff41),
  (letter) => from(0xff21)(letter),
  from(0x1d41a),
  from(0x1d482),
  from(0x1d4ea),
  from(0x1d51e),
  from(0x1d552),
  from(0x1d5ba),
  from(0x1d5ee),
  from(0x1d68a),
  from(0x24d0),
  from(0x24b6),
  from(0x1f130),
  from(0x1f150),
  from(0x1f170),
  from(0x1f1e6),
  (letter) => SMALL_CAPITALS[index(letter)]?.replace(".", letter) ?? letter,
  (letter) => SUPERSCRIPTS[index(letter)]?.replace(".", letter) ?? letter,
];

const LEET: Readonly<Record<string, string>> = {
  a: "4@",
  b: "8",
  c: "(",
  e: "3€",
  g: "96",
  i: "1!|",
  l: "1|",
  o: "0",
  q: "9",
  s: "5$",
  t: "7+",
  z: "2",
};

const INVISIBLE = [
  "\u200b",
  "\u200c",
  "\u200d",
  "\u2060",
  "\u00ad",
  "\ufeff",
  "\u034f",
  "\u202e",
  "\u2066",
  "\ufe0f",
  "\u{e0061}",
  "\u3164",
  "\u115f",
];
const MARKS = ["\u0301", "\u0300", "\u0308", "\u0327", "\u0336", "\u0489", "\u20dd", "\u0325", "\u035c"];
const SEPARATORS = [" ", ".", "-", "_", "*", ", ", " - ", "·", "~", "/", "🥔", "✨", "\n", "   ", "…", "=", "•"];
const PUNCTUATION = [".", "-", "_", "*", "~", "/", ",", ":", ";", "•", "·", "--", "="];

export type Disguise = (word: string, random: Random) => string;

const letterwise =
  (change: (letter: string, random: Random) => string): Disguise =>
  (word, random) =>
    [...word].map((letter) => change(letter, random)).join("");

/** Change some letters, at least one that can be changed. */
const some =
  (change: (letter: string, random: Random) => string): Disguise =>
  (word, random) => {
    for (let tries = 0; tries < 20; tries += 1) {
      const changed = [...word].map((letter) => (random() < 0.5 ? change(letter, random) : letter)).join("");
      if (changed !== word && /\p{L}/u.test(changed)) return changed;
    }
    return word;
  };

/** Every kind of disguise the engine promises to undo. */
export const DISGUISES: Readonly<Record<string, Disguise>> = {
  plain: (word) => word,
  case: letterwise((letter, random) => (random() < 0.5 ? letter.toUpperCase() : letter)),
  accents: some((letter, random) => (letter + pick(random, MARKS)).normalize("NFC")),
  "stacked marks": letterwise(
    (letter, random) => letter + pick(random, MARKS) + pick(random, MARKS) + pick(random, MARKS),
  ),
  "look-alikes": some((letter, random) => {
    const options = CONFUSABLES.get(letter) ?? [];
    return options.length > 0 ? pick(random, options) : letter;
  }),
  styles: (word, random) => letterwise(pick(random, STYLES))(word, random),
  "some styles": some((letter, random) => pick(random, STYLES.slice(0, 10))(letter)),
  leet: some((letter, random) => {
    const options = LEET[letter];
    return options === undefined ? letter : pick(random, [...options]);
  }),
  invisible: (word, random) => [...word].join(pick(random, INVISIBLE)),
  "some invisible": (word, random) =>
    [...word]
      .map((letter, at, all) => (at < all.length - 1 && random() < 0.5 ? letter + pick(random, INVISIBLE) : letter))
      .join(""),
  "letter by letter": (word, random) => [...word].join(pick(random, SEPARATORS)),
  "letter by letter, mixed": (word, random) =>
    [...word].map((letter, at, all) => (at < all.length - 1 ? letter + pick(random, SEPARATORS) : letter)).join(""),
  chunks: (word, random) => {
    const letters = [...word];
    letters.splice(1 + Math.floor(random() * (letters.length - 1)), 0, pick(random, PUNCTUATION));
    return letters.join("");
  },
  repeats: some((letter, random) => letter.repeat(1 + Math.floor(random() * 5))),
};

const COMBINABLE: readonly (readonly [string, string])[] = [
  ["repeats", "case"],
  ["repeats", "leet"],
  ["case", "accents"],
  ["leet", "letter by letter"],
  ["leet", "invisible"],
  ["leet", "chunks"],
  ["look-alikes", "letter by letter"],
  ["look-alikes", "some invisible"],
  ["case", "letter by letter, mixed"],
  ["repeats", "look-alikes"],
  ["some styles", "letter by letter"],
  ["some styles", "chunks"],
  ["case", "repeats"],
];

/** Two kinds of disguise, one upon the other. */
export const combined: Disguise = (word, random) => {
  const [first, second] = pick(random, COMBINABLE);
  const once = DISGUISES[first]?.(word, random) ?? word;
  const separated = (text: string, by: string): string => [...text].join(by);
  if (second === "letter by letter") return separated(once, pick(random, SEPARATORS));
  return DISGUISES[second]?.(once, random) ?? once;
};

/** Sentences to put a word into, in place of the underscore. */
export const SENTENCES: readonly string[] = [
  "_",
  "I like _",
  "_ is what I had for lunch",
  "what a (_) that was",
  "you are such a _, my friend!",
  "well: _!",
  "Hi 👋 _ 🎉 see you at 5pm",
  '"_" he said, and left',
  "no way... _?",
  "Das ist doch _, oder nicht?",
  "Je ne veux pas de _ ce soir",
  "¿Quieres _ con nosotros?",
  "non è _ davvero",
  "isto é _ mesmo",
  "dat vind ik _ hoor",
  "to jest _ dla mnie",
  "det är _ tycker jag",
  "bu çok _ bence",
];
