/** Display names: which can be chosen, and what is said about the others. */
import { describe, expect, test } from "vitest";
import { parseName } from "../../../server/identity/names.ts";

const anything = () => "free" as const;
const noPotato = (name: string) => (/potato/i.test(name) ? "banned" : "free");

describe("parseName", () => {
  test.each(["Ann", "O'Neil", "Jean-Luc", "snake_case", "Zoë", "Олена", "山田 太郎", "हिन्दी", "7", "a".repeat(24)])(
    "accepts %s",
    (name) => expect(parseName(name, anything)).toEqual({ name: name.normalize("NFC") }),
  );

  test.each([
    "",
    " ",
    "-",
    "'",
    "a".repeat(25),
    "a.b",
    "a:b",
    "a*",
    "a,b",
    "<b>",
    "a\nb",
    "a\u202eb",
    "a\u200bb",
    "\u3164",
    "Ada\u3164",
    "Ada\u115f",
    "🥔",
    `a${"\u0301".repeat(100)}`,
  ])("refuses %j", (name) => expect(parseName(name, anything)).toMatchObject({ code: "invalid_name" }));

  test("refuses what is no text", () => {
    expect(parseName(["a", "b"], anything)).toMatchObject({ code: "invalid_name" });
  });

  test("folds blanks", () => {
    expect(parseName("  Ann   Lee ", anything)).toEqual({ name: "Ann Lee" });
  });

  test("refuses a reserved name with a reason", () => {
    expect(parseName("Admin", () => "reserved")).toEqual({
      code: "name_reserved",
      message: "This name is reserved; choose another.",
    });
  });

  test("refuses a banned word with a reason", () => {
    expect(parseName("Potato", noPotato)).toEqual({
      code: "name_refused",
      message: "This name contains a word that is not allowed here.",
    });
  });
});
