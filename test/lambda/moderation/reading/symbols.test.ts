/** Symbols that are read as letters. */
import { describe, expect, test } from "vitest";
import { Characters } from "../../../../lambda/moderation/reading/characters.ts";
import { countReadings } from "../../../../lambda/moderation/reading/symbols.ts";

/** The readings that the first of these symbols has in this text. */
function readingsOf(symbol: string, text: string): string {
  const characters = new Characters();
  characters.read(text, { from: 0, to: text.length });
  const at = characters.glyph.findIndex((glyph) => glyph?.char === symbol);
  const readings = characters.glyph[at]?.letters[0] ?? [];
  return String.fromCodePoint(...readings.slice(0, countReadings(text, characters, at)));
}

describe("countReadings", () => {
  test.each([
    ["!", "ch!cory", "!il"],
    ["!", "wow!", "!i"],
    ["!", "wow!!", "!"],
    ["#", "a #tag", "#"],
    ["#", "c#icory", "#h"],
    ["(", "(abbage", "(c"],
    ["(", "(able)", "("],
    ["$", "pota$", "$s"],
  ])("reads %s in %j as %j", (symbol, text, readings) => {
    expect(readingsOf(symbol, text)).toBe(readings);
  });
});
