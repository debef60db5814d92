/** Ids of publishes: the same one is taken once. */
import { expect, test } from "vitest";
import { PublishIds } from "../../../../server/broker/channel/publish-ids.ts";
import { messageSerial, Serials } from "../../../../server/broker/ids.ts";

test("answers a repeat with every serial of the first, within the window", () => {
  const ids = new PublishIds(1000, 10);
  const position = new Serials("series", () => 5000).next();
  ids.add("three", messageSerial(position, 2), 5000);
  ids.add("thousand", messageSerial(position, 1000), 5000);
  expect(ids.get("three", 6000)).toEqual([`${position}:000`, `${position}:001`, `${position}:002`]);
  expect(ids.get("thousand", 6000)).toHaveLength(1001);
  expect(ids.get("thousand", 6000)?.at(-1)).toBe(`${position}:1000`);
  expect(ids.get("three", 6001)).toBeUndefined();
  expect(ids.get("another", 6000)).toBeUndefined();
  expect(ids.emptyAt).toBe(6000);
});

test("forgets the oldest beyond the number", () => {
  const ids = new PublishIds(1000, 2);
  const serials = new Serials("series", () => 0);
  for (const id of ["a", "b", "c"]) ids.add(id, messageSerial(serials.next(), 0), 0);
  expect(["a", "b", "c"].map((id) => ids.get(id, 0)?.length)).toEqual([undefined, 1, 1]);
});
