/** The corpus: texts that must be found, texts that must not, and where the engine is wrong so far. */
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { corpusWords, readCorpus } from "./corpus.ts";

const { moderate } = createModerator(corpusWords);

describe("the corpus", () => {
  test.each([...readCorpus("must-match.txt"), ...readCorpus("stars-wrongly.txt")])(
    "must match, $section, line $line: $written",
    ({ text, hits }) => {
      expect(hits.length).toBeGreaterThan(0);
      const found = moderate(text);
      expect(found.matches.map(({ start, end }) => text.slice(start, end))).toEqual(
        hits.map(({ start, end }) => text.slice(start, end)),
      );
      expect(found.matches.map(({ start, end }) => ({ start, end }))).toEqual(hits);
      expect(moderate(found.text).text).toBe(found.text);
    },
  );

  test.each(readCorpus("must-not-match.txt"))("must not match, line $line: $written", ({ text }) => {
    expect(moderate(text)).toEqual({ text, matches: [] });
  });

  test.each(readCorpus("does-not-catch.txt"))("is not caught yet, line $line: $written", ({ text }) => {
    expect(moderate(text).matches).toEqual([]);
  });
});
