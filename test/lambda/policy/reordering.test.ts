/** Characters that reorder a text are taken out of it. */
import { expect, test } from "vitest";
import { withoutReordering } from "../../../lambda/policy/reordering.ts";

const MARKS = ["\u200e", "\u200f", "\u061c"];
const CONTROLS = ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"];

test.each(CONTROLS)("takes %j out of any text", (control) => {
  expect(withoutReordering(`${control}otatop`)).toBe("otatop");
  expect(withoutReordering(`שלום ${control}otatop`)).toBe("שלום otatop");
});

test.each(MARKS)("takes %j out of text of a left-to-right script", (mark) => {
  expect(withoutReordering(`${mark}tato${mark}po`)).toBe("tatopo");
});

test.each(MARKS)("keeps %j beside signs in text of a right-to-left script, and not between Latin letters", (mark) => {
  expect(withoutReordering(`שלום!${mark} (C++)${mark} 3`)).toBe(`שלום!${mark} (C++)${mark} 3`);
  expect(withoutReordering(`سلام ${mark}tato${mark}po`)).toBe(`سلام ${mark}tatopo`);
  expect(withoutReordering(`سلام tato\u200b${mark}\u200bpo`)).toBe("سلام tato\u200b\u200bpo");
});

test.each(["plain", "שלום עולם", "سلام، كيف حالك؟", "می‌خواهم", "👩‍👩‍👧", "नमस्ते", "a\u0301"])(
  "leaves %s as it is",
  (text) => {
    expect(withoutReordering(text)).toBe(text);
  },
);
