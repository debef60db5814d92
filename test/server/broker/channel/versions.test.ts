/** The versions of a message that was changed. */
import { expect, test } from "vitest";
import { applyChange } from "../../../../server/broker/channel/versions.ts";
import { MESSAGE_ACTION } from "../../../../server/broker/wire/actions.ts";

const FIRST = {
  id: "m:0",
  serial: "s",
  timestamp: 1,
  action: MESSAGE_ACTION.create,
  version: { serial: "s", timestamp: 1 },
  data: "A",
  extras: { privileged: { skipRule: "*" }, headers: { a: "b" } },
};

test("a change does not inherit what the message before it said to the broker", () => {
  expect(applyChange(FIRST, { action: MESSAGE_ACTION.append, data: "B" })).toMatchObject({
    data: "AB",
    extras: { headers: { a: "b" } },
  });
  expect(applyChange({ ...FIRST, extras: { privileged: {} } }, { action: MESSAGE_ACTION.delete })).not.toHaveProperty(
    "extras",
  );
});

test("a change may say something of its own to the broker", () => {
  const extras = { privileged: { skipRule: ["r"] } };
  expect(applyChange(FIRST, { action: MESSAGE_ACTION.update, data: "B", extras }).extras).toEqual(extras);
});
