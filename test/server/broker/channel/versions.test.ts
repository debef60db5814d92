import { expect, test } from "vitest";
import { applyChange } from "../../../../server/broker/channel/versions.ts";

const FIRST = {
  id: "m:0",
  serial: "s",
  timestamp: 1,
  action: 0,
  version: { serial: "s", timestamp: 1 },
  data: "A",
  extras: { privileged: { skipRule: "*" }, headers: { a: "b" } },
};

test("a change does not inherit what the message before it said to the broker", () => {
  expect(applyChange(FIRST, { action: 5, data: "B" })).toMatchObject({ data: "AB", extras: { headers: { a: "b" } } });
  expect(applyChange({ ...FIRST, extras: { privileged: {} } }, { action: 2 })).not.toHaveProperty("extras");
});

test("a change may say something of its own to the broker", () => {
  const extras = { privileged: { skipRule: ["r"] } };
  expect(applyChange(FIRST, { action: 1, data: "B", extras }).extras).toEqual(extras);
});
