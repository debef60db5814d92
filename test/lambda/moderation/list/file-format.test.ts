/** The form of `words.txt`. */
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

  test("a header asks for other ways of writing every entry", () => {
    expect(parseWordList("# match: variants\n马铃薯\n=土豆\n").words).toEqual(["~马铃薯", "=土豆"]);
    expect(parseWordList("# language: zh\n马铃薯\n")).toMatchObject({ words: ["~马铃薯"], language: "zh" });
    expect(parseWordList("# language: zh\n# match: exact\n马铃薯\n").words).toEqual(["=马铃薯"]);
  });

  test("the header of a language that is written in one way only names it", () => {
    expect(parseWordList("# language: vi\nbắp cải\n")).toMatchObject({ words: ["bắp cải"], language: "vi" });
  });

  test("names the line of a header that it does not know", () => {
    expect(() => parseWordList("# match: fuzzy\nkale\n")).toThrow("line 1: match is exact, disguised or variants");
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
