/** Ids of presence messages: which of two is the later one. */
import { expect, test } from "vitest";
import { isIdOf, isLater } from "../../../../server/broker/presence/member-id.ts";

test.each([
  ["conn:3:0", true],
  ["conn:3:12", true],
  ["other:3:0", false],
  ["conn:3", false],
  ["conn:x:0", false],
  ["conn:3:0:1", false],
  ["conn::", false],
])("%s is an id of conn: %s", (id, own) => {
  expect(isIdOf("conn", id)).toBe(own);
});

test.each([
  ["conn:3:0", "conn:2:9", true],
  ["conn:10:0", "conn:9:0", true],
  ["conn:3:1", "conn:3:0", true],
  ["conn:3:0", "conn:3:0", false],
  ["conn:2:9", "conn:3:0", false],
])("%s is later than %s: %s", (id, than, later) => {
  expect(isLater(id, than)).toBe(later);
});
