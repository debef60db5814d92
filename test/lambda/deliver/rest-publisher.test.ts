import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAblyRest } from "../../../lambda/deliver/ably-rest.ts";
import type { Publisher } from "../../../lambda/deliver/publisher.ts";
import { createRestPublisher } from "../../../lambda/deliver/rest-publisher.ts";
import { AblyStub } from "../helpers/ably-stub.ts";
import { CONFIG } from "../helpers/requests.ts";
import { createSdkPublisher } from "../helpers/sdk-publisher.ts";

let stub: AblyStub;
let publisher: Publisher;

beforeEach(async () => {
  stub = new AblyStub();
  await stub.start();
});

afterEach(() => stub.close());

const configFor = (port: number) => ({ ...CONFIG, endpoint: { host: "127.0.0.1", port, tls: false } });

const message = {
  id: "abc:0",
  name: "message",
  clientId: "Ada.x1y2z3",
  data: "héllo",
  extras: { headers: { "source-id": "m1", "source-timestamp": "1", starred: "0" } },
} as const;

describe.each([
  ["the function's publisher", createRestPublisher],
  ["the SDK", createSdkPublisher],
] as const)("%s", (_, create) => {
  beforeEach(() => {
    publisher = create(configFor(stub.port));
  });

  test("publishes exactly what it was given", async () => {
    expect(await publisher.publish("chat:to-clients:garden", message, 2_000)).toEqual({ ok: true });
    expect(stub.published).toEqual([{ ...message, channel: "chat:to-clients:garden", timestamp: expect.any(Number) }]);
  });

  test.each(["chat:from-clients", "chat:from-clients:garden"])(
    "refuses by itself to publish to %s",
    async (channel) => {
      expect(await publisher.publish(channel, message, 2_000)).toEqual({ ok: false, kind: "rejected" });
      expect(stub.requests).toBe(0);
    },
  );

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
    expect(await publisher.idsSince("chat:to-clients", Date.now() + 60_000, 2_000)).toEqual({
      ok: true,
      ids: new Set(),
    });
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
});

describe("requests to Ably", () => {
  const ask = { body: [message], timeoutMs: 2_000 };

  test("share a connection", async () => {
    let connections = 0;
    stub.server.on("connection", () => {
      connections += 1;
    });
    const rest = createAblyRest(configFor(stub.port));
    for (let n = 0; n < 5; n += 1) await rest.request("POST", "/channels/a/messages", ask);
    expect(connections).toBe(1);
  });

  test("go out again on a new connection when the kept one had ended", async () => {
    const rest = createAblyRest(configFor(stub.port));
    await rest.request("POST", "/channels/a/messages", ask);
    // as after a frozen process: the server's end is not seen before the next request is written
    stub.server.once("request", (request) => request.socket.destroy());
    expect(await rest.request("POST", "/channels/a/messages", ask)).toMatchObject({ status: 201 });
    expect(stub.published).toHaveLength(1);
  });

  test("do not read an answer without end", async () => {
    stub.server.removeAllListeners("request");
    stub.server.on("request", (_request, response) => {
      const more = () => {
        while (response.writable && response.write("x".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    });
    const rest = createAblyRest(configFor(stub.port));
    expect(await rest.request("GET", "/channels/a/messages", { timeoutMs: 20_000 })).toBeUndefined();
  });
});
