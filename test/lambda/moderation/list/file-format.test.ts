import { describe, expect, test } from "vitest";
import { parseWordList } from "../../../../lambda/moderation/list/file-format.ts";

describe("parseWordList", () => {
  test("reads entries, comments and allowed words", () => {
    expect(parseWordList("# list\npotato\r\n\n  cabbage* \n! hot potato\n")).toEqual({
      words: ["potato", "cabbage*"],
      allow: ["hot potato"],
      duplicates: [],
    });
  });

  test("a header makes every entry exact", () => {
    const exact = parseWordList("# vegetables\n# match: exact\nkale\n=leek\n!curly kale\n");
    expect(exact).toMatchObject({ words: ["=kale", "=leek"], allow: ["curly kale"] });
    expect(parseWordList("kale\n# match: exact\nleek\n").words).toEqual(["kale", "leek"]);
  });

  test("names the line of a bad entry", () => {
    expect(() => parseWordList("potato\n\n***\n")).toThrow("word list, line 3:");
  });

  test("reports duplicates and keeps the first", () => {
    expect(parseWordList("potato\ncabbage\nPOTATO")).toEqual({
      words: ["potato", "cabbage"],
      allow: [],
      duplicates: [{ entry: "POTATO", line: 3, firstLine: 1 }],
    });
  });
});
