/** Which beginnings can still become a term, by the letters that a text has. */
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../../lambda/moderation/index.ts";
import { compileTerm } from "../../../../lambda/moderation/list/term.ts";
import { Characters } from "../../../../lambda/moderation/reading/characters.ts";
import { Reach } from "../../../../lambda/moderation/search/reach.ts";
import { ROOT, Trie } from "../../../../lambda/moderation/search/trie.ts";

const trie = new Trie(["oil", "potato", "cab"].map((word) => compileTerm(word)));

function reachOf(text: string): Reach {
  const characters = new Characters();
  characters.read(text, { from: 0, to: text.length });
  const reach = new Reach(trie);
  expect(reach.read(characters)).toBe(true);
  return reach;
}

const node = (letter: string): number => trie.child(ROOT.word, letter.charCodeAt(0));

describe("of the letters that a text has", () => {
  test("a beginning leads on when some term has no others", () => {
    const reach = reachOf("@$!1|0");
    expect(reach.has(node("o"))).toBe(true);
    expect(reach.has(node("p"))).toBe(false);
    expect(reach.has(node("c"))).toBe(false);
  });

  test("every reading counts", () => {
    expect(reachOf("(@8").has(node("c"))).toBe(true);
  });

  test("another text is asked about anew", () => {
    const reach = reachOf("@$!1|0");
    const characters = new Characters();
    characters.read("potato", { from: 0, to: 6 });
    reach.read(characters);
    expect(reach.has(node("p"))).toBe(true);
    expect(reach.has(node("c"))).toBe(false);
  });
});

describe("a long text of a few letters", () => {
  const { moderate } = createModerator({ words: ["oil", "potato", "cab", "kale", "oil well"] });
  const signs = "((@$!1|0".repeat(200);

  test.each(["p0t@to", "kaIe", "o1l", "c@b", "oil well"])("still holds %s", (word) => {
    const found = moderate(`${signs} ${word} ${signs}`).matches.map(({ start, end }) => [start, end]);
    expect(found).toContainEqual([signs.length + 1, signs.length + 1 + word.length]);
  });
});
