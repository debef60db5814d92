/** Other ways of writing an entry, which a `~` asks for. */
import { describe, expect, test } from "vitest";
import { variantsOf } from "../../../../lambda/moderation/list/variants.ts";

describe("other ways of writing a word", () => {
  test.each([
    ["马铃薯", ["馬鈴薯"]],
    ["馬鈴薯", ["马铃薯"]],
    ["头发", ["頭發", "頭髮"]],
    ["ジャガイモ", ["じゃがいも"]],
    ["じゃがいも", ["ジャガイモ"]],
    ["سیب", ["سىب", "سيب"]],
    ["сор", ["sor"]],
    ["potato", []],
    ["감자", []],
  ])("%s", (word, expected) => {
    expect(variantsOf(word)).toEqual(expected);
  });

  test("a Cyrillic word has one for each scheme, and the letters that it is drawn like", () => {
    expect(variantsOf("щука")).toEqual(["shchuka", "schuka", "scuka", "shhuka", "chtchouka"]);
    expect(variantsOf("капуста")).toContain("kanycta");
  });

  test("no word has more than a few dozen", () => {
    expect(variantsOf("发发发发发发发发").length).toBeLessThan(40);
  });
});
