/** The table of common words, by a few of them; test/system/generated-tables.test.ts looks at all. */
import { expect, test } from "vitest";
import { isCommonWord } from "../../../../lambda/moderation/reading/common-words.ts";
import { DICTIONARY } from "../disguises.ts";

test.each(["good", "año", "tree", "been", "hår", "and"])("%s is a common word", (word) => {
  expect(isCommonWord(word)).toBe(true);
});

test("hardly any long word without a doubled letter is one", () => {
  const others = DICTIONARY.filter((word, at) => at % 20 === 0 && word.length > 12 && !/(.)\1/.test(word));
  expect(others.filter(isCommonWord).length / others.length).toBeLessThan(0.03);
});
