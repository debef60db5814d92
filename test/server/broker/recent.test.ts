/** The bounded memory of the broker. */
import { expect, test } from "vitest";
import { Recent } from "../../../server/broker/recent.ts";

test("forgets what is too old, then the oldest beyond the number", () => {
  const recent = new Recent<number>();
  for (const [at, key] of ["a", "b", "c", "d"].entries()) recent.add(key, at, at);
  recent.forget(1);
  expect([recent.get("a"), recent.get("b")?.value]).toEqual([undefined, 1]);
  recent.forget(0, 2);
  expect(recent.size).toBe(2);
  expect([recent.get("b"), recent.get("c")?.value, recent.get("d")?.value]).toEqual([undefined, 2, 3]);
});

test("keeps a key that was added again as long as its newest value", () => {
  const recent = new Recent<string>();
  recent.add("a", "old", 0);
  recent.add("a", "new", 10);
  recent.forget(5);
  expect(recent.get("a")?.value).toBe("new");
  recent.forget(11);
  expect(recent.size).toBe(0);
});

test("stays small while thousands come and go", () => {
  const recent = new Recent<number>();
  for (let n = 0; n < 5_000; n++) {
    recent.add(`${n}`, n, n);
    recent.forget(n - 10);
  }
  expect(recent.size).toBe(11);
});
