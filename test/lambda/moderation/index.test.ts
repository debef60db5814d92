import { describe, expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";

describe("createModerator", () => {
  const { moderate } = createModerator({ words: ["potato", "cabbage"], allow: ["hot potato"] });

  test("stars out a listed word and reports where it stood", () => {
    expect(moderate("I like Potato")).toEqual({
      text: "I like ******",
      matches: [{ start: 7, end: 13, word: "potato" }],
    });
  });

  test("leaves longer words alone", () => {
    expect(moderate("potatoes and cabbages")).toEqual({ text: "potatoes and cabbages", matches: [] });
  });

  test("lets the allow list win over its span only", () => {
    expect(moderate("hot potato, cold potato").text).toBe("hot potato, cold ******");
  });

  test("refuses an empty list", () => {
    expect(() => createModerator({ words: [] })).toThrow("the word list is empty");
  });

  test("refuses an entry without a letter", () => {
    expect(() => createModerator({ words: ["123"] })).toThrow('entry "123"; it has no letter');
  });
});
