/** Words that are spread over several messages. */
import { describe, expect, test } from "vitest";
import { createModerator, createWindow } from "../../../lambda/moderation/index.ts";

const moderator = createModerator({ words: ["potato", "cabbage"] });

/** What each of these messages completes. */
function completed(texts: readonly string[], limits = {}): string[] {
  const window = createWindow(moderator, limits);
  return texts.map((text) =>
    window
      .add(text)
      .map(({ word, back }) => `${word} ${back}`)
      .join(),
  );
}

describe("createWindow", () => {
  test("tells with the last letter of a word that is spelled over several messages", () => {
    expect(completed([..."potato"])).toEqual(["", "", "", "", "", "potato 5"]);
    expect(completed(["well", "p", "0", "t", "4", "t", "o", "ok"])).toEqual(["", "", "", "", "", "", "potato 5", ""]);
  });

  test("leaves to the moderator what one message says alone", () => {
    expect(completed(["a", "potato", "b"])).toEqual(["", "", ""]);
  });

  test("joins no words of ordinary messages", () => {
    expect(completed(["pot", "at", "o", "cab", "bage"])).toEqual(["", "", "", "", ""]);
  });

  test("forgets what lies beyond its bounds", () => {
    expect(completed([..."potato"], { messages: 5 })).toEqual(["", "", "", "", "", ""]);
    expect(completed(["p", "o", "t", "x".repeat(600), "a", "t", "o"])).toEqual(["", "", "", "", "", "", ""]);
  });
});
