/** Whom a channel tells, and how much of it in a second. */
import { expect, test } from "vitest";
import { Audience } from "../../../../server/broker/channel/audience.ts";
import type { MessageEvent } from "../../../../server/broker/channel/events.ts";
import { MODE } from "../../../../server/broker/wire/actions.ts";
import { attachmentWith } from "./attachment.ts";

const at = (timestamp: number, serial: number): MessageEvent => ({
  kind: "message",
  position: `${timestamp}-${serial}`,
  id: `id${serial}`,
  timestamp,
  bytes: 1,
  messages: [],
});

test("what is told late counts in the second in which it was published", () => {
  const offered: { second: number; count: number }[] = [];
  const audience = new Audience("mutable:room", 0);
  audience.add(
    attachmentWith(MODE.subscribe, (_, count, { now }) => offered.push({ second: Math.floor(now / 1000), count }) > 0),
  );
  for (const event of [at(1998, 0), at(1999, 1), at(2000, 2), at(3001, 3)]) audience.tell(event);
  audience.flush(true);
  expect(offered).toEqual([
    { second: 1, count: 2 },
    { second: 2, count: 1 },
    { second: 3, count: 1 },
  ]);
  expect(audience.isWaiting).toBe(false);
});
