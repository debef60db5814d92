/** The prefilter: it lets nothing pass that the search would find. */
import { expect, test } from "vitest";
import { compileTerm } from "../../../../lambda/moderation/list/term.ts";
import { PlainWords } from "../../../../lambda/moderation/prefilter/plain-words.ts";
import { findSuspects } from "../../../../lambda/moderation/prefilter/suspects.ts";

test("clears plain words with ordinary punctuation around them", () => {
  const words = new PlainWords([compileTerm("potato")]);
  expect(findSuspects("Hello! What a fine, quiet day; is it not? :) 12:30 Yes -- I am sure.", words)).toEqual([]);
});
