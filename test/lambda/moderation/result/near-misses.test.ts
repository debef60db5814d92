/** What `explain` says of words that were nearly hits. */
import { describe, expect, test } from "vitest";
import { createModerator, nearMisses } from "../../../../lambda/moderation/index.ts";

const words = ["potato", "cabbage", "káposzta", "=turnip"];
const { moderate } = createModerator({ words });
const told = (text: string) =>
  nearMisses(text, words, moderate(text).matches).map(({ text, entry, why }) => `${text} / ${entry}: ${why}`);

describe("nearMisses", () => {
  test.each([
    ["a cabage", "cabage / cabbage: one letter short; rule 2"],
    ["a poxtato", "poxtato / potato: one letter more; rule 2"],
    ["a kabbage", "kabbage / cabbage: one letter is another; rule 2"],
    ["a ptoato", "ptoato / potato: two letters are swapped; rule 2"],
    ["potatohead", "potatohead / potato: it stands inside a longer word; rule 1"],
    ["cab bage", "cab bage / cabbage: a blank stands between its pieces; rule 3"],
    ["kaposzta", "kaposzta / káposzta: its marks differ; rule 4"],
    ["türnip", "türnip / =turnip: the entry is exact"],
  ])("%s", (text, expected) => {
    expect(told(text)).toEqual([expected]);
  });

  test("says nothing of hits, and of words that are not near", () => {
    expect(told("p0tato, what a fine day")).toEqual([]);
  });
});
