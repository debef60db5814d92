/** Members that left, and the ids that they had. */
import { expect, test } from "vitest";
import { Departures } from "../../../../server/broker/presence/departures.ts";

test("knows the last leave of a client from a channel", () => {
  const departures = new Departures();
  departures.add("room", "bob", "c:1:0");
  departures.add("room", "bob", "c:5:0");
  departures.add("hall", "bob", "c:3:0");
  expect(departures.idOf("room", "bob")).toBe("c:5:0");
  expect(departures.idOf("hall", "bob")).toBe("c:3:0");
  expect(departures.idOf("room", "ann")).toBeUndefined();
});

test("forgets the oldest when the ids grow beyond some kilobytes", () => {
  const departures = new Departures();
  departures.add("room", "a".repeat(4000), "c:1:0");
  departures.add("room", "b".repeat(4000), "c:2:0");
  departures.add("room", "c".repeat(4000), "c:3:0");
  expect(departures.idOf("room", "a".repeat(4000))).toBeUndefined();
  expect(departures.idOf("room", "b".repeat(4000))).toBe("c:2:0");
  expect(departures.idOf("room", "c".repeat(4000))).toBe("c:3:0");
});

test("does not note a leave that alone is too much", () => {
  const departures = new Departures();
  departures.add("room", "a".repeat(9000), "c:1:0");
  expect(departures.idOf("room", "a".repeat(9000))).toBeUndefined();
});
