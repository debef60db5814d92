/** Texts as long as a request may be, full of hits: no call stack and no array bounds what the engine takes. */
import { expect, test } from "vitest";
import { createModerator } from "../../lambda/moderation/index.ts";

const { moderate } = createModerator({ words: ["potato", "cabbage", "cop"], allow: ["hot potato"] });

test.each(["cop<b>", "potato ", "p o t a t o ", "<b>potato</b> ", "p*tato ", "сор "])(
  "a million units of %j are moderated",
  (unit) => {
    const times = Math.floor(1_000_000 / unit.length);
    const text = unit.repeat(times);
    const { text: starred, matches } = moderate(text);
    expect(starred).toHaveLength(text.length);
    expect(matches).toHaveLength(unit === "сор " ? 0 : times);
  },
);
