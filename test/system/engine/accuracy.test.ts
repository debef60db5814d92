/**
 * The promised rates, on words and disguises nobody chose by hand. `npm run bench -- engine` prints the same rates
 * for more cases.
 */
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { readCorpus } from "../../lambda/moderation/corpus.ts";
import { DICTIONARY, DISGUISES, drawWords, seeded } from "../../lambda/moderation/disguises.ts";
import { innocentRate, KINDS, ratesOf } from "../../lambda/moderation/rates.ts";

describe("disguised words", { timeout: 30_000 }, () => {
  test.each(KINDS)("$name: masked exactly in at least $target of the cases", ({ name, target }) => {
    const { masked, exact } = ratesOf(name, { cases: 600, seed: 20260101 });
    expect(masked).toBeGreaterThanOrEqual(target);
    expect(exact).toBeGreaterThanOrEqual(0.998);
  });

  test("there is a kind for each disguise", () => {
    expect(KINDS.map(({ name }) => name)).toEqual([...Object.keys(DISGUISES), "combined"]);
  });
});

describe("innocent text", { timeout: 30_000 }, () => {
  test("is untouched in at least 99.7 % of the lines, whatever is listed", () => {
    const lines = readCorpus("must-not-match.txt")
      .filter(({ section }) => section === "ordinary sentences")
      .map(({ text }) => text);
    expect(innocentRate(lines, { lists: 20, seed: 20260102 })).toBeGreaterThanOrEqual(0.997);
  });

  test("holds the whole English dictionary, in three cases", () => {
    // a word with a letter repeated is the word: an entry without such a neighbour in the dictionary is a fair one
    const single = (word: string): string => word.replace(/(.)\1+/g, "$1");
    const counts = new Map<string, number>();
    for (const word of DICTIONARY) counts.set(single(word), (counts.get(single(word)) ?? 0) + 1);
    const words = drawWords(seeded(20260103), 2500, 3, 12).filter((word) => counts.get(single(word)) === 1);
    const listed = new Set(words);
    const { moderate } = createModerator({ words });
    const touched: string[] = [];
    for (const word of DICTIONARY) {
      if (listed.has(word)) continue;
      for (const written of [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)]) {
        if (moderate(written).matches.length > 0) touched.push(written);
      }
    }
    expect(touched).toEqual([]);
  });
});
