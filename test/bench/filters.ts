/** The libraries that the engine is measured against, each behind the same two questions. */
import { AhoCorasick } from "@monyone/aho-corasick";
import { AllProfanity } from "allprofanity";
import BadWordsNext from "bad-words-next";
import leoProfanity from "leo-profanity";
import { englishRecommendedTransformers, parseRawPattern, RegExpMatcher } from "obscenity";
import { createModerator } from "../../lambda/moderation/index.ts";

export interface TextFilter {
  readonly name: string;
  /** Compile a list; gives back what tells whether a text holds a word of it, doing all the work of masking it. */
  build(words: readonly string[]): (text: string) => boolean;
}

export const OURS = "asterism";
export const AUTOMATON = "aho-corasick";

export const FILTERS: readonly TextFilter[] = [
  {
    name: OURS,
    build(words) {
      const { moderate } = createModerator({ words });
      return (text) => moderate(text).matches.length > 0;
    },
  },
  {
    name: "obscenity",
    build(words) {
      const blacklistedTerms = words.map((word, id) => ({ id, pattern: parseRawPattern(`|${word}|`) }));
      const matcher = new RegExpMatcher({ blacklistedTerms, ...englishRecommendedTransformers });
      return (text) => matcher.getAllMatches(text).length > 0;
    },
  },
  {
    name: "bad-words-next",
    build(words) {
      const filter = new BadWordsNext({ data: { id: "list", words: [...words], lookalike: LOOKALIKES } });
      return (text) => filter.filter(text) !== text;
    },
  },
  {
    name: "allprofanity",
    build(words) {
      const filter = new AllProfanity({ languages: [], silent: true });
      filter.clearList();
      filter.add([...words]);
      return (text) => filter.clean(text) !== text;
    },
  },
  {
    name: "leo-profanity",
    build(words) {
      leoProfanity.clearList();
      leoProfanity.add([...words]);
      return (text) => leoProfanity.clean(text) !== text;
    },
  },
  {
    name: AUTOMATON,
    build(words) {
      const automaton = new AhoCorasick([...words]);
      return (text) => automaton.matchInText(text).length > 0;
    },
  },
  {
    name: "one RegExp",
    build(words) {
      const pattern = new RegExp(`\\b(?:${words.join("|")})\\b`, "gi");
      return (text) => text.replace(pattern, "*") !== text;
    },
  },
];

/** What bad-words-next's own dictionaries give it. */
const LOOKALIKES = {
  "@": "a",
  "4": "a",
  "8": "b",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  $: "s",
  "5": "s",
  "7": "t",
  "+": "t",
};
