import { describe, expect, test } from "vitest";
import { explain } from "../../../lambda/commands/explain.ts";

const lists = { words: ["potato", "cabbage"] };

describe("explain", () => {
  test("names the entry, the characters and each disguise that was undone", () => {
    expect(explain("I like p.o.t.4.t.o", lists)).toBe(
      [
        "I like ***********",
        "",
        '"p.o.t.4.t.o" hits the entry "potato", characters 7 to 18',
        '  undone: separators ("."); digits or symbols for letters (4 = a)',
        "",
      ].join("\n"),
    );
  });

  test.each([
    ["potato", "nothing, it is written plainly"],
    ["POTATO", "upper case (POTATO)"],
    ["рotato", "look-alikes (р = p)"],
    ["pötato", "accents and marks (ö = o)"],
    ["ｐotato", "letters of another style (ｐ = p)"],
    ["po\u200btato", "invisible characters (U+200B)"],
    ["cabbbbage", "repeated letters (9 for 7)"],
  ])("undoes %s", (text, undone) => {
    expect(explain(text, lists)).toContain(`  undone: ${undone}\n`);
  });

  test("says when nothing is starred", () => {
    expect(explain("hello", lists)).toBe("hello\n\nNothing is starred.\n");
  });

  test("names wild cards, and what is nearly a hit with the rule that it is none by", () => {
    const told = explain("p*tato, cabage", { words: ["potato", "cabbage"] });
    expect(told).toContain('undone: signs in the place of letters ("*")');
    expect(told).toContain('"cabage" is nearly the entry "cabbage", but no hit: one letter short; rule 2');
  });
});
