/** The engine's generated tables against the published data that they are made of, which takes seconds to work out. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commonWords, generateCommonWords } from "../../lambda/commands/generate-common-words.ts";
import { generateLookalikes } from "../../lambda/commands/generate-look-alikes.ts";
import { generateVariants } from "../../lambda/commands/generate-variants.ts";
import { isCommonWord } from "../../lambda/moderation/reading/common-words.ts";
import { DICTIONARY } from "../lambda/moderation/disguises.ts";

const words = commonWords();

test.each([
  ["reading/common-words", () => generateCommonWords(words)],
  ["reading/look-alikes", generateLookalikes],
  ["list/variants", generateVariants],
])("%s.generated.ts is what its generator makes", async (name, generate) => {
  const written = new URL(`../../lambda/moderation/${name}.generated.ts`, import.meta.url);
  expect(readFileSync(written, "utf8")).toBe(await generate());
});

test("the table of common words knows every word that went into it, and takes few others for one", () => {
  expect(words.filter((word) => !isCommonWord(word))).toEqual([]);
  const known = new Set(words);
  const others = DICTIONARY.filter((word, at) => at % 20 === 0 && !known.has(word));
  expect(others.filter(isCommonWord).length / others.length).toBeLessThan(0.03);
});
