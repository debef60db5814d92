/** The broker's REST interface in this process: what a request is answered with there, and what over HTTP. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addressOf } from "../../../lambda/deliver/ably-rest.ts";
import { type Call, createExchange } from "../../../lambda/exchange.ts";
import type { Broker } from "../../../server/broker/index.ts";
import { createOwnExchange } from "../../../server/local/own-exchange.ts";
import { type BrokerHost, hostBroker } from "../broker/broker-host.ts";

const ROOT = "app.root:root-secret";
const NARROW = "app.narrow:narrow-secret";

let host: BrokerHost;
let there: BrokerHost;
beforeEach(async () => {
  host = await hostBroker({ limits: { bodyBytes: 2_000 } });
  there = await hostBroker({ limits: { bodyBytes: 2_000 } });
});
afterEach(() => Promise.all([host.close(), there.close()]));

const configFor = (publishKey: string) => ({
  publishKey,
  endpoint: { host: "127.0.0.1", port: there.port, tls: false },
});

const call = (method: string, path: string, body?: unknown): Call => ({
  host: "127.0.0.1",
  method,
  path,
  body: body === undefined ? undefined : JSON.stringify(body),
  timeoutMs: 10_000,
});

/** Without what is another each time. */
const comparable = (text: string): string =>
  text.replace(/"(serial|serials|messageId|timestamp|connectionId)":("[^"]*"|\d+|\[[^\]]*\])/g, '"$1":0');

const message = (id: string) => ({ id: `${id}:0`, name: "message", clientId: "Ada.x1y2z3", data: "héllo" });

test.each([
  ["one message", ROOT, [call("POST", "/channels/in%3Aa/messages", [message("a")])]],
  [
    "many",
    ROOT,
    [
      call(
        "POST",
        "/messages",
        ["a", "b"].map((id) => ({ channels: ["in:a"], messages: [message(id)] })),
      ),
    ],
  ],
  ["a channel that the key may not publish to", NARROW, [call("POST", "/channels/out%3Aa/messages", [message("a")])]],
  ["a key that there is not", "app.root:wrong", [call("POST", "/channels/in%3Aa/messages", [message("a")])]],
  ["a path that there is not", ROOT, [call("POST", "/nowhere", {})]],
  ["a message that makes no sense", ROOT, [call("POST", "/channels/in%3Aa/messages", [7])]],
  ["more than a request may hold", ROOT, [call("POST", "/channels/in%3Aa/messages", "x".repeat(3_000))]],
  [
    "a page of the history",
    ROOT,
    [
      call("POST", "/channels/in%3Aa/messages", message("a")),
      call("POST", "/channels/in%3Aa/messages", message("b")),
      call("GET", "/channels/in%3Aa/messages?limit=1"),
    ],
  ],
])("answers as over HTTP: %s", async (_, key, calls) => {
  const own = createOwnExchange(configFor(key), host.broker);
  const http = createExchange(addressOf(configFor(key)));
  for (const one of calls) {
    const [here, remote] = [await own(one), await http(one)];
    if (here === undefined || here === "stale" || remote === undefined || remote === "stale")
      throw new Error("no answer");
    const { connection, "keep-alive": keepAlive, date, "transfer-encoding": chunked, ...fields } = remote.headers;
    const { link: ownLink, "content-length": ownLength, ...ownFields } = here.headers;
    const { link, "content-length": length, ...otherFields } = fields;
    expect([here.status, ownFields, typeof ownLink]).toEqual([remote.status, otherFields, typeof link]);
    expect(comparable(JSON.stringify(here.body))).toBe(comparable(JSON.stringify(remote.body)));
  }
});

test("says nothing once the broker closes, so that what it is asked is asked again", async () => {
  const own = createOwnExchange(configFor(ROOT), host.broker);
  await host.broker.close();
  expect(await own(call("POST", "/channels/in%3Aa/messages", [message("a")]))).toBeUndefined();
});

test("waits no longer than it may", async () => {
  vi.useFakeTimers();
  try {
    const answer: Broker["answer"] = () => new Promise(() => {});
    const asked = createOwnExchange(configFor(ROOT), { answer })(call("GET", "/time"));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await asked).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});
