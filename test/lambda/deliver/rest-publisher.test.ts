/** The publisher on Ably's REST interface, against servers that fail in each way. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AblyAddress, createAblyRest } from "../../../lambda/deliver/ably-rest.ts";
import type { Publisher } from "../../../lambda/deliver/publisher.ts";
import { createRestPublisher } from "../../../lambda/deliver/rest-publisher.ts";
import { limits } from "../../../lambda/limits.ts";
import { createAblyExchange } from "../../../server/http/ably-exchange.ts";
import { startBroker } from "../../helpers/start-broker.ts";
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

const createServersPublisher: typeof createRestPublisher = (config) =>
  createRestPublisher(config, createAblyRest(config, { exchange: createAblyExchange(config) }));

describe.each([
  ["the function's publisher", createRestPublisher],
  ["the server's publisher", createServersPublisher],
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

  test("messages of one moment have each their own id and outcome, and keep their order", async () => {
    stub.refused.set("b:0", 400).set("d:0", 503).set("e:0", 401);
    const publish = (id: string) => publisher.publish("chat:to-clients", { ...message, id }, 2_000);
    const outcomes = await Promise.all(["a:0", "b:0", "c:0", "d:0", "e:0"].map(publish));
    expect(outcomes).toMatchObject([
      { ok: true },
      { ok: false, kind: "rejected", code: 40_000 },
      { ok: true },
      { ok: false, kind: "transient", code: 50_300 },
      { ok: false, kind: "denied", code: 40_100 },
    ]);
    stub.refused.clear();
    expect(await Promise.all(["c:0", "d:0", "a:0"].map(publish))).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect(stub.published.map(({ id }) => id).toSorted()).toEqual(["a:0", "c:0", "d:0"]);
  });

  test("messages of one moment go to the embedded broker, each once", async () => {
    const broker = await startBroker({
      apps: [
        {
          appId: "appid",
          keys: [{ id: "publisher", secret: "secret", capability: { "to:*": ["publish", "history"] } }],
        },
      ],
    });
    try {
      const own = create(configFor(broker.port));
      const publish = (channel: string, id: string) => own.publish(channel, { ...message, id }, 5_000);
      const both = () => Promise.all([publish("to:a", "a:0"), publish("to:b", "b:0"), publish("no:c", "c:0")]);
      const expected = [{ ok: true }, { ok: true }, { ok: false, kind: "denied", code: 40_160 }];
      expect(await both()).toMatchObject(expected);
      expect(await both()).toMatchObject(expected);
      expect(await own.idsSince("to:a", 0, 5_000)).toEqual({ ok: true, ids: new Set(["a:0"]) });
      expect(await own.idsSince("to:b", 0, 5_000)).toEqual({ ok: true, ids: new Set(["b:0"]) });
    } finally {
      await broker.close();
    }
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

describe("messages of one moment", () => {
  const publishAll = (ids: readonly string[], data = "text") =>
    Promise.all(ids.map((id) => publisher.publish("chat:to-clients", { ...message, id, data }, 2_000)));
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `${n}x:0`);

  beforeEach(() => {
    publisher = createRestPublisher(configFor(stub.port));
  });

  test("share a request, in their order", async () => {
    await publishAll(ids(50));
    expect(stub.requests).toBe(1);
    expect(stub.published.map(({ id }) => id)).toEqual(ids(50));
  });

  test("are more requests when they are too many or too long for one", async () => {
    await publishAll(ids(limits.requestMessages + 1));
    expect(stub.requests).toBe(2);
    await publishAll(["long-a:0", "long-b:0", "long-c:0"], "x".repeat(limits.requestCharacters / 2));
    expect(stub.requests).toBe(4);
    expect(stub.published).toHaveLength(limits.requestMessages + 4);
  });

  test.each([401, 429, 503])("all have the failure of a request that Ably answers with %d", async (status) => {
    stub.trouble.push(status);
    expect(await publishAll(ids(2))).toMatchObject([{ code: status * 100 }, { code: status * 100 }]);
    expect(stub.published).toEqual([]);
  });

  test("are published each alone when one of them made Ably refuse all", async () => {
    stub.trouble.push(413);
    stub.refused.set("1x:0", 413);
    expect(await publishAll(ids(3))).toMatchObject([{ ok: true }, { ok: false, kind: "rejected" }, { ok: true }]);
  });

  test.each([
    ["no list", {}],
    ["too few", []],
    ["a spec without results", [{}, {}]],
  ])("are tried again when the answer does not say what became of them: %s", async (_, body) => {
    stub.answer = body;
    expect(await publishAll(ids(2))).toEqual([
      { ok: false, kind: "transient" },
      { ok: false, kind: "transient" },
    ]);
  });
});

describe.each([
  ["of the function", 1, (config: AblyAddress) => createAblyRest(config)],
  // undici takes a connection for busy until the moment after its answer
  ["of the server", 2, (config: AblyAddress) => createAblyRest(config, { exchange: createAblyExchange(config) })],
] as const)("requests to Ably %s", (_, most, create) => {
  const ask = { body: [message], timeoutMs: 2_000 };

  test("share a connection", async () => {
    let connections = 0;
    stub.server.on("connection", () => {
      connections += 1;
    });
    const rest = create(configFor(stub.port));
    for (let n = 0; n < 5; n += 1) await rest.request("POST", "/channels/a/messages", ask);
    expect(connections).toBeLessThanOrEqual(most);
  });

  test("go out again on a new connection when the kept one had ended", async () => {
    const rest = create(configFor(stub.port));
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
    const rest = create(configFor(stub.port));
    expect(await rest.request("GET", "/channels/a/messages", { timeoutMs: 20_000 })).toBeUndefined();
  });
});
