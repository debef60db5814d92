/** The word list of a set-up: the file, and what the environment says instead. */
import { describe, expect, test } from "vitest";
import { loadWords } from "../../../lambda/policy/configured-words.ts";

describe("loadWords", () => {
  test("reads the default list", () => {
    expect(loadWords({})).toEqual({ words: ["potato", "potatoes", "cabbage", "cabbages"], allow: [] });
  });

  test("lets each variable replace its half of the list", () => {
    const read = () => "potato\n!hot potato";
    expect(loadWords({ banned: "turnip, leek ," }, read)).toEqual({ words: ["turnip", "leek"], allow: ["hot potato"] });
    expect(loadWords({ allowed: "cold potato" }, read)).toEqual({ words: ["potato"], allow: ["cold potato"] });
  });

  test("takes a blank variable as unset", () => {
    expect(loadWords({ banned: " ", allowed: "" }, () => "potato").words).toEqual(["potato"]);
  });
});
