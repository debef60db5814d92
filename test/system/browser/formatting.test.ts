// @vitest-environment happy-dom
/** What the page makes of formatting against what the engine reads: random signs in and around a banned word. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createModerator } from "../../../lambda/moderation/index.ts";
import { formattedNodes } from "../../../public/src/chat/view/formatted.ts";

test("formatting brings out no banned word that the engine did not find in what was written", () => {
  const { moderate } = createModerator({ words: ["potato"] });
  const sign = fc.constantFrom(
    "",
    "",
    "",
    "*",
    "**",
    "***",
    "_",
    "`",
    "```\n",
    "~~",
    " ",
    "\n",
    "> ",
    "- ",
    ".",
    "\\",
    "(",
  );
  const spoilt = fc.tuple(...Array.from({ length: 11 }, () => sign));
  const found = (text: string): boolean => moderate(text).matches.length > 0;
  fc.assert(
    fc.property(spoilt, (signs) => {
      const text = signs.map((one, index) => one + ("**potato**"[index] ?? "")).join("");
      const place = document.createElement("div");
      place.append(...(formattedNodes(text, (plain) => [new Text(plain)]) ?? []));
      // A block has lines of its own.
      for (const block of place.querySelectorAll("p, li, blockquote, pre")) block.append("\n");
      // A word that stands there as it is can be read with and without formatting: that is the engine's own matter.
      const isNew = !text.includes("potato") && found(place.textContent ?? "") && !found(text);
      expect([text, isNew]).toEqual([text, false]);
    }),
    { numRuns: 3_000 },
  );
});
