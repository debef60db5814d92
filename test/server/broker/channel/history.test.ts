/** The history of a channel. */
import { expect, test } from "vitest";
import { Budget } from "../../../../server/broker/budget.ts";
import type { KeptEvent } from "../../../../server/broker/channel/events.ts";
import { History } from "../../../../server/broker/channel/history.ts";

const event = (position: string, { timestamp = 0, bytes = 1 } = {}): KeptEvent => ({
  kind: "message",
  position,
  id: position,
  timestamp,
  bytes,
  messages: [],
});
const positions = (events: Iterable<KeptEvent> | undefined) => events && [...events].map(({ position }) => position);

const ROOMY = { ms: 1000, publishes: 100, bytes: 1_000_000 };

test("gives what came after a position, oldest first", () => {
  const history = new History(ROOMY, () => 0);
  for (const position of ["1", "2", "3"]) history.add(event(position));
  expect(positions(history.after("1"))).toEqual(["2", "3"]);
  expect(positions(history.after("3"))).toEqual([]);
  expect(positions(history.newestFirst())).toEqual(["3", "2", "1"]);
  expect(history.at("2")?.position).toBe("2");
  expect(history.at("2.5")).toBeUndefined();
});

test("forgets by age, and then knows that it does not know", () => {
  let now = 0;
  const history = new History(ROOMY, () => now);
  history.add(event("1"));
  now = 600;
  history.add(event("2", { timestamp: now }));
  now = 1000;
  expect(positions(history.all())).toEqual(["2"]);
  expect(history.after("0")).toBeUndefined();
  expect(positions(history.after("1"))).toEqual(["2"]);
  expect(history.emptyAt).toBe(1600);
});

test("forgets the oldest when there are too many, and tells", () => {
  const lost: string[] = [];
  const bounds = { ...ROOMY, publishes: 2 };
  const history = new History(bounds, () => 0, { onLost: ({ position }) => lost.push(position) });
  for (const position of ["1", "2", "3"]) history.add(event(position));
  expect(lost).toEqual(["1"]);
  expect(history.size).toBe(2);
});

test("stays small over many thousand events", () => {
  const history = new History({ ...ROOMY, publishes: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) history.add(event(String(i).padStart(6, "0")));
  expect(positions(history.all())).toHaveLength(10);
  expect(positions(history.after("009997"))).toEqual(["009998", "009999"]);
});

test("makes room of its own when all channels together keep too much", () => {
  const budget = new Budget(5000);
  const quiet = new History(ROOMY, () => 0, { budget });
  const busy = new History(ROOMY, () => 0, { budget });
  quiet.add(event("1", { bytes: 100 }));
  for (let i = 0; i < 1000; i++) busy.add(event(String(i).padStart(4, "0"), { bytes: 100 }));
  expect(quiet.size).toBe(1);
  expect(busy.size).toBeGreaterThan(1);
  expect(budget.used).toBeLessThanOrEqual(5000);
});
