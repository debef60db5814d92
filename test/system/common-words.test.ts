/** The table of common words against the published lists that it is made of, which takes seconds to work out. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commonWords, generateCommonWords } from "../../lambda/commands/generate-common-words.ts";
import { isCommonWord } from "../../lambda/moderation/reading/common-words.ts";
import { DICTIONARY } from "../lambda/moderation/disguises.ts";

const words = commonWords();

test("the table of common words is what the generator makes of the published lists", () => {
  const written = new URL("../../lambda/moderation/reading/common-words.generated.ts", import.meta.url);
  expect(readFileSync(written, "utf8")).toBe(generateCommonWords(words));
});

test("the table knows every word that went into it, and takes few others for one", () => {
  expect(words.filter((word) => !isCommonWord(word))).toEqual([]);
  const known = new Set(words);
  const others = DICTIONARY.filter((word, at) => at % 20 === 0 && !known.has(word));
  expect(others.filter(isCommonWord).length / others.length).toBeLessThan(0.03);
});
