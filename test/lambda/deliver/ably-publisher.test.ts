import { afterEach, beforeEach, expect, test } from "vitest";
import { createAblyPublisher } from "../../../lambda/deliver/ably-publisher.ts";
import type { Publisher } from "../../../lambda/deliver/publisher.ts";
import { AblyStub } from "../helpers/ably-stub.ts";
import { CONFIG } from "../helpers/requests.ts";

let stub: AblyStub;
let publisher: Publisher;

beforeEach(async () => {
  stub = new AblyStub();
  const port = await stub.start();
  publisher = createAblyPublisher({ ...CONFIG, endpoint: { host: "127.0.0.1", port, tls: false } });
});

afterEach(() => stub.close());

const message = {
  id: "abc:0",
  name: "message",
  clientId: "Ada.x1y2z3",
  data: "héllo",
  extras: { headers: { "source-id": "m1", "source-timestamp": "1", starred: "0" } },
} as const;

test("publishes exactly what it was given", async () => {
  expect(await publisher.publish("chat:to-clients:garden", message, 2_000)).toEqual({ ok: true });
  expect(stub.published).toEqual([{ ...message, channel: "chat:to-clients:garden", timestamp: expect.any(Number) }]);
});

test.each(["chat:from-clients", "chat:from-clients:garden"])("refuses by itself to publish to %s", async (channel) => {
  expect(await publisher.publish(channel, message, 2_000)).toEqual({ ok: false, kind: "rejected" });
  expect(stub.requests).toBe(0);
});

test.each([
  [500, "transient"],
  [503, "transient"],
  [429, "transient"],
  [408, "transient"],
  [401, "denied"],
  [403, "denied"],
  [400, "rejected"],
  [413, "rejected"],
] as const)("takes %d for %s", async (status, kind) => {
  stub.trouble.push(status);
  expect(await publisher.publish("chat:to-clients", message, 2_000)).toMatchObject({
    ok: false,
    kind,
    code: status * 100,
  });
});

test("hands on how long Ably asks to wait", async () => {
  stub.trouble.push({ status: 429, headers: { "retry-after": "3" } });
  expect(await publisher.publish("chat:to-clients", message, 2_000)).toMatchObject({ retryAfterMs: 3_000 });
});

test("gives up when the time is over", async () => {
  stub.trouble.push("hang");
  expect(await publisher.publish("chat:to-clients", message, 20)).toEqual({ ok: false, kind: "transient" });
});

test("takes a server that is not there for transient", async () => {
  await stub.close();
  expect(await publisher.publish("chat:to-clients", message, 2_000)).toMatchObject({ ok: false, kind: "transient" });
});

test("reads the ids of all pages of a channel's history", async () => {
  stub.pageSize = 2;
  for (const id of ["a:0", "b:0", "c:0", "d:0", "e:0"])
    await publisher.publish("chat:to-clients", { ...message, id }, 2_000);
  const known = await publisher.idsSince("chat:to-clients", Date.now() - 60_000, 2_000);
  expect(known).toEqual({ ok: true, ids: new Set(["a:0", "b:0", "c:0", "d:0", "e:0"]) });
  expect(await publisher.idsSince("chat:to-clients", Date.now() + 60_000, 2_000)).toEqual({ ok: true, ids: new Set() });
});

test("takes a channel that nobody has used for an empty one, and half a history for none", async () => {
  stub.trouble.push(404);
  expect(await publisher.idsSince("chat:to-clients", 0, 2_000)).toEqual({ ok: true, ids: new Set() });
  stub.trouble.push(401);
  expect(await publisher.idsSince("chat:to-clients", 0, 2_000)).toMatchObject({ ok: false, kind: "denied" });
  stub.pageSize = 1;
  for (let n = 0; n < 21; n += 1) await publisher.publish("chat:to-clients", { ...message, id: `${n}x:0` }, 2_000);
  expect(await publisher.idsSince("chat:to-clients", 0, 2_000)).toEqual({ ok: false, kind: "rejected" });
});
