import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { commonWords, generateCommonWords } from "../../../../lambda/commands/generate-common-words.ts";
import { isCommonWord } from "../../../../lambda/moderation/reading/common-words.ts";
import { DICTIONARY } from "../disguises.ts";

describe("the table of common words", { timeout: 30_000 }, () => {
  test("is what the generator makes of the published lists", () => {
    const written = new URL("../../../../lambda/moderation/reading/common-words.generated.ts", import.meta.url);
    expect(readFileSync(written, "utf8")).toBe(generateCommonWords());
  });

  test("knows every word that went into it, and takes few others for one", () => {
    const words = new Set(commonWords());
    expect([...words].filter((word) => !isCommonWord(word))).toEqual([]);
    const others = DICTIONARY.filter((word, at) => at % 20 === 0 && !words.has(word));
    expect(others.filter(isCommonWord).length / others.length).toBeLessThan(0.03);
  });
});
