/** What holds for the engine on any text and list: random ones, from one seed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { ENTRIES, fragments } from "../../lambda/moderation/fragments.ts";

/** Any Unicode at all, lone surrogates included, and text made of pieces of entries. */
const texts = fc.oneof(
  fragments,
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);
const lists = fc.subarray(ENTRIES, { minLength: 1 });
const wholeWords = ENTRIES.filter((entry) => !entry.includes("*"));
/** Letters that signs can draw at any place of a word. */
const DRAWABLE: readonly (readonly [string, readonly string[]])[] = [
  ["a", ["/\\", "/-\\"]],
  ["v", ["\\/"]],
  ["w", ["\\/\\/"]],
  ["m", ["/\\/\\", "|\\/|"]],
  ["n", ["/\\/", "|\\|"]],
  ["u", ["|_|"]],
  ["h", ["|-|"]],
  ["k", ["|<", "|{"]],
  ["p", ["|>"]],
  ["d", ["|)", "|]"]],
  ["b", ["|3"]],
  ["r", ["|2"]],
  ["x", ["><", "}{"]],
];
// one seed, so that a run of CI says something about the commit; change it to look for more
const options = { numRuns: 1500, seed: 4 };

describe("for any text and list", { timeout: 30_000 }, () => {
  test("what comes back is the text with stars for the spans, and nothing else changed", () => {
    fc.assert(
      fc.property(lists, texts, (words, text) => {
        const result = createModerator({ words }).moderate(text);
        let at = 0;
        let rest = result.text;
        for (const { start, end, word } of result.matches) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(words).toContain(word);
          const between = text.slice(at, start);
          expect(rest.startsWith(between)).toBe(true);
          rest = rest.slice(between.length);
          const stars = [...new Intl.Segmenter().segment(text.slice(start, end))].length;
          expect(rest.slice(0, stars)).toBe("*".repeat(stars));
          rest = rest.slice(stars);
          at = end;
        }
        expect(rest).toBe(text.slice(at));
      }),
      options,
    );
  });

  test("moderating the result again changes nothing", () => {
    fc.assert(
      fc.property(lists, fc.subarray(ENTRIES, { maxLength: 3 }), texts, (words, allow, text) => {
        const { moderate } = createModerator({ words, allow });
        const once = moderate(text).text;
        expect(moderate(once)).toEqual({ text: once, matches: [] });
      }),
      options,
    );
  });

  test("one more entry takes no hit away", () => {
    const entries = fc.subarray(wholeWords, { minLength: 1 });
    fc.assert(
      fc.property(entries, fc.constantFrom(...wholeWords), texts, (words, more, text) => {
        const before = createModerator({ words }).moderate(text).matches;
        const after = createModerator({ words: [...words, more] }).moderate(text).matches;
        for (const hit of before) {
          expect(after.some(({ start, end }) => start <= hit.start && end >= hit.end)).toBe(true);
        }
      }),
      options,
    );
  });

  test("a word with a letter drawn with signs is a hit, alone as well as among plain words", () => {
    const words = DRAWABLE.flatMap(([letter, ways]) =>
      ["violet", "walnut", "mint", "apple", "hazel", "kumquat", "dumpling", "barb", "oxo"].flatMap((word) =>
        [...word.matchAll(new RegExp(letter, "g"))].flatMap(({ index }) =>
          ways.map((way) => ({ word, drawn: word.slice(0, index) + way + word.slice(index + 1) })),
        ),
      ),
    );
    const leads = fc.constantFrom("", " ", "a ", "so it is, ");
    const ends = fc.constantFrom("", " ", ".", ", then", " it is");
    fc.assert(
      fc.property(fc.constantFrom(...words), leads, ends, ({ word, drawn }, lead, end) => {
        const text = lead + drawn + end;
        const { matches } = createModerator({ words: [word] }).moderate(text);
        expect(matches).toEqual([{ start: lead.length, end: lead.length + drawn.length, word }]);
      }),
      options,
    );
  });

  test("text without a letter of any entry is the same", () => {
    const clean = fc.string({ unit: fc.constantFrom(..."rvwxyzRVWXYZ 日本語рыбж\u0301\u200d👍🏽\ud83d.,-") });
    fc.assert(
      fc.property(clean, (text) => {
        expect(createModerator({ words: ["potato", "cabbage", "土豆"] }).moderate(text)).toEqual({ text, matches: [] });
      }),
      options,
    );
  });
});
