/** The ids of messages: each later one is the greater text. */
import { expect, test } from "vitest";
import { createMessageIds } from "../../../public/src/chat/message-ids.ts";

test("makes ids of digits, of which the later one is the greater text, also within a millisecond", () => {
  let now = 1_700_000_000_000;
  const next = createMessageIds(() => now);
  const ids = [next(), next(), next()];
  now += 1;
  ids.push(next());
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.every((id) => /^\d{49}$/.test(id))).toBe(true);
});

test("makes other ids on another page that counts and ticks alike", () => {
  const [one, other] = [createMessageIds(() => 1), createMessageIds(() => 1)];
  expect(one()).not.toBe(other());
});
