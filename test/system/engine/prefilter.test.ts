/** The prefilter against the search alone, on random texts and lists. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileTerm } from "../../../lambda/moderation/list/term.ts";
import { PlainWords } from "../../../lambda/moderation/prefilter/plain-words.ts";
import { findSuspects } from "../../../lambda/moderation/prefilter/suspects.ts";
import { type Found, Search } from "../../../lambda/moderation/search/search.ts";
import { Trie } from "../../../lambda/moderation/search/trie.ts";
import { ENTRIES, fragments } from "../../lambda/moderation/fragments.ts";

/** What the search finds in the whole text, and in the stretches that are left to it. */
function bothWays(words: readonly string[], text: string): [string[], string[]] {
  const terms = words.map((word) => compileTerm(word));
  const search = new Search(new Trie(terms));
  const whole = search.find(text, { from: 0, to: text.length });
  const left: Found[] = [];
  const suspects = findSuspects(text, new PlainWords(terms));
  for (let at = 0; at < suspects.length; at += 2)
    left.push(...search.find(text, { from: suspects[at] ?? 0, to: suspects[at + 1] ?? 0 }));
  const show = (found: readonly Found[]) =>
    found.map(({ start, end, term }) => `${start}-${end} ${term.entry.written}`).sort();
  return [show(whole), show(left)];
}

test("the prefilter leaves every stretch that holds a term to the search", () => {
  fc.assert(
    fc.property(fc.subarray(ENTRIES, { minLength: 1 }), fragments, (words, text) => {
      const [whole, left] = bothWays(words, text);
      expect(left).toEqual(whole);
    }),
    { numRuns: 3000, seed: 4 },
  );
});
