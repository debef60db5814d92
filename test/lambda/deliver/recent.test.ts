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

test("forgets the oldest first, however often things are seen again and deleted between", () => {
  const recent = new Recent({ entries: 5, ms: 1_000, now: () => 0 });
  let kept: string[] = [];
  for (let step = 0; step < 500; step += 1) {
    const key = `k${(step * step) % 17}`;
    if (step % 7 === 3) {
      recent.delete(key);
      kept = kept.filter((one) => one !== key);
      continue;
    }
    recent.add(key);
    kept = [...kept.filter((one) => one !== key), key].slice(-5);
    const known = Array.from({ length: 17 }, (_, n) => `k${n}`).filter((one) => recent.has(one));
    expect(known.sort()).toEqual([...kept].sort());
  }
});
