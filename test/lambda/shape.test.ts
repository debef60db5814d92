/** Shapes: how values that somebody else made are read, and what is said about those that do not fit. */
import * as v from "valibot";
import { expect, test } from "vitest";
import { parsePolicy } from "../../lambda/policy/schema.ts";
import { WireMessage } from "../../lambda/receive/entry.ts";
import { object, readAs, record, strictObject } from "../../lambda/shape.ts";

test.each([
  ["an object", object({ a: v.optional(v.string()) })],
  ["an object without other keys", strictObject({ a: v.optional(v.string()) })],
  ["a record", record(v.string(), v.string())],
])("%s is an object, and no list", (_what, shape) => {
  expect(readAs(shape, {})).toEqual({});
  for (const value of [[], ["a"], null, undefined, "a", 5]) expect(readAs(shape, value)).toBeUndefined();
});

test("keys that are not named are left out, or each of them is a problem", () => {
  const entries = { a: v.string() };
  expect(readAs(object(entries), { a: "x", b: 1 })).toEqual({ a: "x" });
  const { issues = [] } = v.safeParse(strictObject(entries), { a: 1, b: 1, c: 1 });
  expect(issues.map((issue) => v.getDotPath(issue))).toEqual(["a", "b", "c"]);
});

test("a record with a key that it cannot keep is refused", () => {
  const words = record(v.string(), v.string());
  for (const key of ["constructor", "prototype", "__proto__"]) {
    expect(readAs(words, JSON.parse(`{"a":"x","${key}":"y"}`))).toBeUndefined();
  }
});

test("a policy tells of every list that stands in the place of an object, and of every key that it does not know", () => {
  const rule = { name: "links", when: { links: [] }, action: "mask", colour: "red", size: 5 };
  const parsed = parsePolicy({ lists: [], rules: [rule], rooms: { constructor: { locked: true } } });
  const paths = parsed.ok ? [] : parsed.problems.map(({ path }) => path);
  expect(paths.sort()).toEqual(
    ["lists", "rooms.constructor", "rules[0].colour", "rules[0].size", "rules[0].when.links"].sort(),
  );
});

test.each([[[]], [{ timestamp: Number.POSITIVE_INFINITY }], [{ id: 5 }]])("%j is no message", (value) => {
  expect(readAs(WireMessage, value)).toBeUndefined();
});
