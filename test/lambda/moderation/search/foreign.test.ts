/** Words of other languages that look like a hit and are none. */
import { describe, expect, test } from "vitest";
import { compileTerm } from "../../../../lambda/moderation/list/term.ts";
import { withoutForeign } from "../../../../lambda/moderation/search/foreign.ts";

/** Does the word stay a hit of the entry in this text? */
function stays(text: string, word: string, entry: string): boolean {
  const start = text.indexOf(word);
  return withoutForeign(text, [{ start, end: start + word.length, term: compileTerm(entry) }]).length > 0;
}

describe("withoutForeign", () => {
  test.each([
    ["Вынеси сор из избы", "сор", "cop", "a word of another script among its own is that script's"],
    ["сор", "сор", "cop", "so it is alone"],
    ["a cop сор", "сор", "cop", "letters of the entry's script on one side alone decide where the text ends"],
    ["это сор and", "сор", "cop", "letters of both scripts around it leave it alone"],
  ])("%s", (text, word, entry) => {
    expect(stays(text, word, entry)).toBe(text.startsWith("a cop"));
  });

  test.each([
    ["a сор here", "сор", "cop"],
    ["a cоp here", "cоp", "cop"],
    ["Вынеси сор из избы", "сор", "сор"],
  ])("%s stays a hit of %s", (text, word, entry) => {
    expect(stays(text, word, entry)).toBe(true);
  });
});
