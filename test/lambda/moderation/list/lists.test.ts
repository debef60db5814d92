/** Several lists in one search. */
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../../lambda/moderation/index.ts";

describe("several lists in one moderator", () => {
  const { moderate } = createModerator({
    words: ["potato"],
    lists: [
      { name: "roots", words: ["beet", "carrot*"], allow: ["beet juice"] },
      { name: "leaves", words: ["leek", "beet"] },
      { name: "names", words: ["Kale"], match: "exact" },
    ],
  });
  const told = (text: string, only?: readonly string[]) =>
    moderate(text, only).matches.map(({ word, list = "-" }) => `${list}: ${word}`);

  test("a hit tells the entry and its list", () => {
    expect(told("a carrot, a l33k and a p0tato")).toEqual(["roots: carrot*", "leaves: leek", "-: potato"]);
  });

  test("only the lists that are asked for count, and the entries without one", () => {
    expect(told("a carrot, a leek and a potato", ["leaves"])).toEqual(["leaves: leek", "-: potato"]);
    expect(told("a carrot, a leek and a potato", [])).toEqual(["-: potato"]);
    expect(told("a beet", ["leaves"])).toEqual(["leaves: beet"]);
  });

  test("what a list allows is allowed in that list only", () => {
    expect(told("beet juice", ["roots"])).toEqual([]);
    expect(told("beet juice")).toEqual(["leaves: beet"]);
  });

  test("a list can be exact as a whole", () => {
    expect(told("kale k4le kälé")).toEqual(["names: Kale"]);
  });

  test("a list of a language that is written in several ways takes all of them", () => {
    const { moderate } = createModerator({
      words: [],
      lists: [
        { name: "zh", words: ["马铃薯"], language: "zh" },
        { name: "ru", words: ["капуста"], match: "variants" },
        { name: "plain", words: ["ニンジン"] },
      ],
    });
    const hits = moderate("馬鈴薯 kapusta にんじん").matches.map(({ word, list }) => [word, list]);
    expect(hits).toEqual([
      ["马铃薯", "zh"],
      ["капуста", "ru"],
    ]);
  });

  test("an entry of many lists is a hit of those that are asked for", () => {
    const rooms = Array.from({ length: 1_000 }, (_, at) => ({ name: `room-${at}`, words: ["kale", "=leek"] }));
    const many = createModerator({
      words: [],
      lists: [...rooms, { name: "last", words: ["kale"], allow: ["kale soup"] }],
    });
    expect(many.moderate("k4le", ["room-700", "last"]).matches).toEqual([
      { start: 0, end: 4, word: "kale", list: "room-700" },
    ]);
    expect(many.moderate("kale soup", ["last"]).matches).toEqual([]);
    expect(many.moderate("kale soup", ["last", "room-3"]).matches).toMatchObject([{ list: "room-3" }]);
    expect(many.moderate("kale", ["none"]).matches).toEqual([]);
  });

  test("two lists of one name are refused", () => {
    const list = { name: "roots", words: ["beet"] };
    expect(() => createModerator({ words: [], lists: [list, list] })).toThrow('two lists with the name "roots"');
  });
});
