import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileTerm } from "../../../../lambda/moderation/list/term.ts";
import { Filter } from "../../../../lambda/moderation/prefilter/filter.ts";
import { findSuspects } from "../../../../lambda/moderation/prefilter/scan.ts";
import { type Found, findTerms } from "../../../../lambda/moderation/search/search.ts";
import { Trie } from "../../../../lambda/moderation/search/trie.ts";
import { ENTRIES, fragments } from "../fragments.ts";

/** What the matcher finds in the whole text, and in the stretches that the scan points at. */
function bothWays(words: readonly string[], text: string): [string[], string[]] {
  const terms = words.map(compileTerm);
  const trie = new Trie(terms);
  const whole: Found[] = [];
  findTerms(text, 0, text.length, trie, whole);
  const pointed: Found[] = [];
  const suspects = findSuspects(text, new Filter(terms));
  for (let i = 0; i < suspects.length; i += 2) findTerms(text, suspects[i] ?? 0, suspects[i + 1] ?? 0, trie, pointed);
  const show = (found: Found[]) => found.map(({ start, end, term }) => `${start}-${end} ${term.entry.written}`).sort();
  return [show(whole), show(pointed)];
}

describe("findSuspects", () => {
  test("points at every stretch that holds a term", () => {
    fc.assert(
      fc.property(fc.subarray(ENTRIES, { minLength: 1 }), fragments, (words, text) => {
        const [whole, pointed] = bothWays(words, text);
        expect(pointed).toEqual(whole);
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  test("points at nothing in plain text", () => {
    const filter = new Filter([compileTerm("potato")]);
    expect(findSuspects("Hello! What a fine (and quiet) day, isn't it? :) 12:30", filter)).toEqual([]);
  });
});
