/** Stars of several rules in one text: together, once, and nothing that they bring together is left. */
import { expect, test } from "vitest";
import { starOut } from "../../../lambda/decide/stars.ts";
import type { WordHit } from "../../../lambda/policy/lists.ts";

const nothing = () => [];
/** Finds one word wherever it stands, soft hyphens aside. */
const finds =
  (word: string, list: string) =>
  (text: string, lists: readonly string[]): WordHit[] => {
    const start = lists.includes(list) ? text.indexOf(word) : -1;
    return start < 0 ? [] : [{ start, end: start + word.length, word, list }];
  };

test("what several rules found is starred out once, in order", () => {
  expect(
    starOut(
      "one two three",
      [
        [{ start: 8, end: 13 }],
        [
          { start: 0, end: 3 },
          { start: 2, end: 5 },
        ],
      ],
      nothing,
    ),
  ).toMatchObject({
    text: "*****wo *****",
    masked: [
      { start: 0, end: 5 },
      { start: 8, end: 13 },
    ],
  });
});

test("nothing found is nothing starred, and an empty stretch neither", () => {
  expect(starOut("text", [], nothing)).toEqual({ text: "text", masked: [] });
  expect(starOut("text", [[{ start: 2, end: 2 }]], nothing)).toEqual({ text: "text", masked: [] });
});

test("a rule that found no place in particular has the whole text starred", () => {
  expect(starOut("text", [[]], nothing)).toMatchObject({ text: "****", masked: [{ start: 0, end: 4 }] });
});

test("what the stars bring together is starred too, where two rules or two lists are about", () => {
  const asked: string[] = [];
  const find = (text: string, lists: readonly string[]) => {
    asked.push(`${lists.join()}: ${text}`);
    return finds("a**b", "words")(text, lists);
  };
  const hit = { start: 1, end: 3, word: "xx", list: "words" };
  expect(starOut("axxb c", [[hit], [{ start: 5, end: 6 }]], find)).toMatchObject({
    text: "**** *",
    masked: [
      { start: 0, end: 4 },
      { start: 5, end: 6 },
    ],
  });
  // once for what it brought together, and once to see that there is no more
  expect(asked).toEqual(["words: a**b *", "words: **** *"]);
  expect(starOut("axxb", [[hit, { ...hit, list: "more" }]], finds("a**b", "words")).text).toBe("****");
});

test("one list alone has looked already, and stretches without a list have nothing to find", () => {
  const never = () => {
    throw new Error("nobody should ask");
  };
  expect(starOut("axxb", [[{ start: 1, end: 3, word: "xx", list: "words" }]], never).text).toBe("a**b");
  expect(starOut("axxb", [[{ start: 1, end: 2 }], [{ start: 2, end: 3 }]], never).text).toBe("a**b");
});

test("a star for a whole grapheme keeps the offsets of what follows it", () => {
  const family = "👨‍👩‍👧";
  const text = `${family} xx`;
  const hit = { start: 0, end: family.length, word: "family", list: "words" };
  const other = { start: text.length - 2, end: text.length - 1, word: "x", list: "more" };
  const starred = starOut(text, [[hit], [other]], finds("x", "more"));
  expect(starred.text).toBe("* **");
  const end = text.length;
  expect(starred.masked.map((span) => [span.start, span.end])).toEqual([
    [0, family.length],
    [end - 2, end - 1],
    [end - 1, end],
  ]);
});

test("rounds end, even where every mask uncovers something", () => {
  let rounds = 0;
  const endless = (text: string): WordHit[] => {
    rounds += 1;
    const start = text.search(/[^*]/);
    return start < 0 ? [] : [{ start, end: start + 1, word: "x", list: "a" }];
  };
  const spans = [[{ start: 0, end: 1, word: "x", list: "a" }], [{ start: 0, end: 1, word: "x", list: "b" }]];
  expect(starOut("x".repeat(20), spans, endless).text).toBe(`${"*".repeat(8)}${"x".repeat(12)}`);
  expect(rounds).toBe(7);
});
