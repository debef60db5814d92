/** The engine through its door: what is starred out, and where. */
import { describe, expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";

describe("createModerator", () => {
  const { moderate } = createModerator({ words: ["potato", "cabbage", "cop"], allow: ["hot potato"] });

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

  test("the allow list frees what is written as it is, and no look-alike of it", () => {
    const spanish = createModerator({ words: ["ano"], allow: ["año"] });
    expect(spanish.moderate("feliz año, el ano, AÑO").text).toBe("feliz año, el ***, AÑO");
    const english = createModerator({ words: ["göt"], allow: ["got"] });
    expect(english.moderate("got göt g0t").text).toBe("got *** ***");
  });

  test("an exact entry stands beside others of the same letters", () => {
    const { moderate } = createModerator({ words: ["=potato", "pötato"] });
    expect(moderate("potato p0tato pötato").matches.map(({ word }) => word)).toEqual(["=potato", "pötato", "pötato"]);
  });

  test("hits in links and mentions are kept, told or starred, as asked for", () => {
    const text = "potato https://x.example/potato @potato";
    const by = (links: "keep" | "report" | "star") => createModerator({ words: ["potato"], links }).moderate(text);
    expect(by("keep").text).toBe("****** https://x.example/potato @potato");
    expect(by("keep").matches.map(({ start }) => start)).toEqual([0]);
    expect(by("report").text).toBe(by("keep").text);
    expect(by("report").matches.map(({ within }) => within)).toEqual([undefined, "link", "mention"]);
    expect(by("star").text).toBe("****** https://x.example/****** @******");
  });

  test("refuses an empty list", () => {
    expect(() => createModerator({ words: [] })).toThrow("the word list is empty");
  });

  test("refuses an entry without a letter", () => {
    expect(() => createModerator({ words: ["123"] })).toThrow('entry "123"; it has no letter');
  });
});
