/** `npm run explain`: what it says about a text. */
import { describe, expect, test } from "vitest";
import { explain } from "../../../lambda/commands/explain.ts";
import { policyForWords } from "../../../lambda/policy/default-policy.ts";
import { policyOf } from "../helpers/moderation.ts";

const policy = policyForWords({ words: ["potato", "cabbage"], allow: [] });

describe("explain", () => {
  test("names the entry, its list, the characters, the rule and each disguise that was undone", async () => {
    expect(await explain("I like p.o.t.4.t.o", policy)).toBe(
      [
        "I like ***********",
        "",
        '"p.o.t.4.t.o" hits the entry "potato" of the list "house words", characters 7 to 18, by the rule "house words" (mask)',
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
  ])("undoes %s", async (text, undone) => {
    expect(await explain(text, policy)).toContain(`  undone: ${undone}\n`);
  });

  test("says when no rule applies", async () => {
    expect(await explain("hello", policy)).toBe("hello\n\nNo rule applies; nothing is starred.\n");
  });

  test("says what else would become of a text, and why", async () => {
    const rules = [
      { name: "shouting", when: { capitals: { share: 0.5, letters: 3 } }, action: "hold" },
      { name: "links", when: { links: {} }, action: "flag", rooms: ["garden"] },
    ];
    expect(await explain("HELLO BAD.COM", policyOf({ rules }), { room: "garden" })).toBe(
      [
        "HELLO BAD.COM",
        "",
        "It would be held for a moderator.",
        'The whole text, by the rule "shouting" (hold)',
        '"BAD.COM", characters 6 to 13, by the rule "links" (flag)',
        "",
      ].join("\n"),
    );
  });

  test("names the list of each hit, and what the sign before its entry asks for", async () => {
    const lists = { garden: ["=kiwi", "violet"], кухня: ["~капуста", "~马铃薯"] };
    const rules = [{ name: "plants", when: { words: ["garden", "кухня"] }, action: "mask" }];
    expect(await explain("KIWI kapusta 馬鈴薯 к-а-п-у-с-т-а \\/iolet", policyOf({ lists, rules }))).toBe(
      [
        "**** ******* *** ************* *******",
        "",
        '"KIWI" hits the entry "=kiwi" of the list "garden", characters 0 to 4, by the rule "plants" (mask)',
        "  = asks for this spelling alone, in capital or small letters",
        "  undone: upper case (KIWI)",
        '"\\\\/iolet" hits the entry "violet" of the list "garden", characters 31 to 38, by the rule "plants" (mask)',
        "  undone: letters drawn with signs (\\/ = v)",
        '"kapusta" hits the entry "~капуста" of the list "кухня", characters 5 to 12, by the rule "plants" (mask)',
        "  ~ asks for other ways of writing it too",
        "  undone: another way of writing (kapusta)",
        '"馬鈴薯" hits the entry "~马铃薯" of the list "кухня", characters 13 to 16, by the rule "plants" (mask)',
        "  ~ asks for other ways of writing it too",
        "  undone: another way of writing (馬鈴薯)",
        '"к-а-п-у-с-т-а" hits the entry "~капуста" of the list "кухня", characters 17 to 30, by the rule "plants" (mask)',
        "  ~ asks for other ways of writing it too",
        '  undone: separators ("-")',
        "",
      ].join("\n"),
    );
  });

  test("names wild cards, and what is nearly a hit with the rule that it is none by", async () => {
    const told = await explain("p*tato, cabage", policy, { words: ["potato", "cabbage"] });
    expect(told).toContain('undone: signs in the place of letters ("*")');
    expect(told).toContain('"cabage" is nearly the entry "cabbage", but no hit: one letter short; rule 2');
  });
});
