/** Stars in the place of hits. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countGraphemes, mask } from "../../../../lambda/moderation/result/mask.ts";

const spanOf = (text: string, part: string) => ({
  start: text.indexOf(part),
  end: text.indexOf(part) + part.length,
  word: part,
});

describe("mask", () => {
  test("puts one star for each grapheme and keeps the rest", () => {
    const text = "a pöt👩‍👩‍👧ato, b";
    expect(mask(text, [spanOf(text, "pöt👩‍👩‍👧ato")])).toBe("a *******, b");
  });

  test("stars several spans", () => {
    expect(mask("one two one", [spanOf("one", "one"), { start: 8, end: 11, word: "one" }])).toBe("*** two ***");
  });

  test("lets the caller bring the stars to another length", () => {
    const text = "a 𝐩𝐨 b";
    expect(mask(text, [spanOf(text, "𝐩𝐨")], (stars, length) => stars.padEnd(length, "-"))).toBe("a **-- b");
  });
});

test("countGraphemes counts what people see as one character", () => {
  expect(countGraphemes("plain")).toBe(5);
  expect(countGraphemes("o\u0301\u0302👍🏽🇺🇸")).toBe(3);
});

test("countGraphemes counts as Unicode does, with marks and invisible characters anywhere", () => {
  const pieces = "a Zö\u0301\u0308\u20dd\ufe0f\u0489\u200b\u200c\u200d\u00ad\u2060\u202e\ufeffжα\u{1d4c5}\u0336";
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...pieces), maxLength: 12 }), (text) => {
      expect(countGraphemes(text)).toBe([...new Intl.Segmenter().segment(text)].length);
    }),
    { numRuns: 2_000, seed: 7 },
  );
});
