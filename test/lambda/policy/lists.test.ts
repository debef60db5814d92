/** Lists in one moderator find what each of them would find alone. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { compileLists } from "../../../lambda/policy/lists.ts";

const FILE = { words: ["potato"], allow: ["potato salad"] };
const ENTRIES = ["potato", "turnip", "=kiwi", "pot", "tomato", "!potato salad", "!turnip", "car*", "pota"] as const;
const WORDS = [
  "potato",
  "turn1p",
  "kiwi",
  "k1wi",
  "potato salad",
  "pot",
  "TOMATO",
  "carrot",
  "fine",
  "p o t a t o",
] as const;

const entries = fc.uniqueArray(fc.constantFrom(...ENTRIES), { maxLength: 6 });

test("each list finds what a moderator of its own finds", () => {
  fc.assert(
    fc.property(entries, entries, fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }), (a, b, words) => {
      const text = words.join(" ");
      const lists = compileLists({ a, b, house: "words.txt" }, FILE);
      for (const [name, list] of Object.entries({ a, b, house: ["potato", "!potato salad"] })) {
        const banned = list.filter((entry) => !entry.startsWith("!"));
        const allow = list.filter((entry) => entry.startsWith("!")).map((entry) => entry.slice(1));
        const alone = banned.length === 0 ? [] : createModerator({ words: banned, allow }).moderate(text).matches;
        expect(lists.find(text, [name])).toEqual(alone.map((match) => ({ ...match, list: name })));
      }
    }),
    { numRuns: 300 },
  );
});

test("a list that is not there, is empty or only allows finds nothing", () => {
  const lists = compileLists({ empty: [], allows: ["!potato"] }, FILE);
  expect(lists.find("a potato", ["empty", "allows", "none"])).toEqual([]);
  expect(compileLists({ house: "words.txt" }, FILE).find("a potato", ["none"])).toEqual([]);
});

test("entries that ask for other ways of writing need their tables first", async () => {
  const lists = compileLists({ varied: ["~капуста"], plain: ["potato"] }, FILE);
  expect(() => lists.find("kapusta", ["varied"])).toThrow("not loaded");
  await lists.load();
  expect(lists.find("a kapusta", ["varied"])).toEqual([{ start: 2, end: 9, word: "~капуста", list: "varied" }]);
  expect(lists.find("a potato", ["plain"])).toHaveLength(1);
});

test("an entry that can never match is a mistake before anything is loaded", () => {
  expect(() => compileLists({ varied: ["~капуста", "~!!"] }, FILE)).toThrow("it has no letter");
});
