/** The bounded memory of what was done lately. */
import { expect, test } from "vitest";
import { Recent } from "../../../lambda/deliver/recent.ts";

test("forgets the oldest first, and everything after a while", () => {
  let now = 0;
  const recent = new Recent({ entries: 2, ms: 100, now: () => now });
  recent.add("a");
  recent.add("b");
  recent.add("a");
  recent.add("c");
  expect(["a", "b", "c"].filter((key) => recent.has(key))).toEqual(["a", "c"]);
  now = 100;
  expect(recent.has("a")).toBe(true);
  now = 101;
  expect(recent.has("a")).toBe(false);
});
