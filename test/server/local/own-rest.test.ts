/** The broker's REST interface in this process: what a request is answered with there, and what over HTTP. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addressOf, createAblyRest } from "../../../lambda/deliver/ably-rest.ts";
import { createExchange } from "../../../lambda/exchange.ts";
import type { Broker } from "../../../server/broker/index.ts";
import { createOwnRest } from "../../../server/local/own-rest.ts";
import { type BrokerHost, hostBroker } from "../broker/broker-host.ts";

const ROOT = "app.root:root-secret";
const NARROW = "app.narrow:narrow-secret";

let host: BrokerHost;
let there: BrokerHost;
beforeEach(async () => {
  host = await hostBroker();
  there = await hostBroker();
});
afterEach(() => Promise.all([host.close(), there.close()]));

const configFor = (publishKey: string) => ({
  publishKey,
  endpoint: { host: "127.0.0.1", port: there.port, tls: false },
});

const timeoutMs = 10_000;

type Call = readonly [method: "GET" | "POST" | "PATCH", path: string, body?: unknown];

/** Without what is another each time. */
const comparable = (text: string): string =>
  text.replace(/"(serial|serials|messageId|timestamp|connectionId)":("[^"]*"|\d+|\[[^\]]*\])/g, '"$1":0');

const message = (id: string) => ({ id: `${id}:0`, name: "message", clientId: "Ada.x1y2z3", data: "héllo" });

test.each<[string, string, Call[]]>([
  ["one message", ROOT, [["POST", "/channels/in%3Aa/messages", [message("a")]]]],
  ["many", ROOT, [["POST", "/messages", ["a", "b"].map((id) => ({ channels: ["in:a"], messages: [message(id)] }))]]],
  ["a channel that the key may not publish to", NARROW, [["POST", "/channels/out%3Aa/messages", [message("a")]]]],
  ["a key that there is not", "app.root:wrong", [["POST", "/channels/in%3Aa/messages", [message("a")]]]],
  ["a path that there is not", ROOT, [["POST", "/nowhere", {}]]],
  ["a path that is not valid", ROOT, [["GET", "/channels/%zz/messages"]]],
  ["a message that makes no sense", ROOT, [["POST", "/channels/in%3Aa/messages", [7]]]],
  ["a message that is too large", ROOT, [["POST", "/channels/in%3Aa/messages", { data: "x".repeat(70_000) }]]],
  [
    "a change of a message that there is not",
    ROOT,
    [["PATCH", "/channels/in%3Aa/messages/none", { data: "other", operation: { clientId: "Ada" } }]],
  ],
  [
    "a page of the history",
    ROOT,
    [
      ["POST", "/channels/in%3Aa/messages", message("a")],
      ["POST", "/channels/in%3Aa/messages", message("b")],
      ["GET", "/channels/in%3Aa/messages?limit=1"],
    ],
  ],
])("answers as over HTTP: %s", async (_, key, calls) => {
  const own = createOwnRest(configFor(key), host.broker);
  const exchange = createExchange(addressOf(configFor(key)));
  const http = createAblyRest(configFor(key), { exchange });
  for (const [method, path, body] of calls) {
    const here = await own.request(method, path, { body, timeoutMs });
    const remote = await http.request(method, path, { body, timeoutMs });
    if (here === undefined || remote === undefined) throw new Error("no answer");
    const { link: ownLink, ...ownFields } = here.headers;
    const { link, ...fields } = remote.headers;
    const said = Object.fromEntries(Object.entries(fields).filter(([name]) => name.startsWith("x-ably-")));
    expect([here.status, ownFields, ownLink !== undefined]).toEqual([remote.status, said, link !== undefined]);
    expect(comparable(JSON.stringify(here.body))).toBe(comparable(JSON.stringify(remote.body)));
  }
});

test("says nothing once the broker closes, so that what it is asked is asked again", async () => {
  const own = createOwnRest(configFor(ROOT), host.broker);
  await host.broker.close();
  const asked = own.request("POST", "/channels/in%3Aa/messages", { body: [message("a")], timeoutMs });
  expect(await asked).toBeUndefined();
});

test("waits no longer than it may", async () => {
  vi.useFakeTimers();
  try {
    const answer: Broker["answer"] = () => new Promise(() => {});
    const asked = createOwnRest(configFor(ROOT), { answer }).request("GET", "/time", { timeoutMs });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await asked).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});
