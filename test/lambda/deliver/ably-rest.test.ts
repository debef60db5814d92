/** Which of Ably's hosts is asked, what for and how long, and where Ably is. */
import { describe, expect, test } from "vitest";
import { addressOf, createAblyRest } from "../../../lambda/deliver/ably-rest.ts";
import type { Answer, Call } from "../../../lambda/exchange.ts";
import { limits } from "../../../lambda/limits.ts";
import { createFakeClock } from "../../helpers/fake-clock.ts";
import { CONFIG } from "../helpers/requests.ts";

const FIRST = "main.realtime.ably.net";
const OTHER = "main.c.fallback.ably-realtime.com";

/** A client to whom the hosts say these things, one after the other, each after so long. */
function told(answers: readonly (number | undefined)[], { takesMs = 100, config = CONFIG } = {}) {
  const clock = createFakeClock();
  const asked: Call[] = [];
  const exchange = async (call: Call): Promise<Answer | undefined> => {
    const status = answers[asked.length];
    asked.push(call);
    clock.tick(takesMs);
    return status === undefined ? undefined : { status, headers: {}, body: undefined };
  };
  const rest = createAblyRest(config, { now: clock.now, random: () => 0.5, exchange });
  const ask = (timeoutMs = 2_000) => rest.request("POST", "/messages", { body: [7], timeoutMs });
  return { clock, asked, rest, ask, hosts: () => asked.map(({ host }) => host) };
}

test("Ably's own host is asked, in JSON", async () => {
  const { asked, ask, rest } = told([201, 200]);
  expect(await ask()).toMatchObject({ status: 201 });
  await rest.request("GET", "/time", { timeoutMs: 500 });
  expect(asked).toEqual([
    { host: FIRST, method: "POST", path: "/messages", body: "[7]", timeoutMs: 2_000 },
    { host: FIRST, method: "GET", path: "/time", body: undefined, timeoutMs: 500 },
  ]);
});

test.each([undefined, 500, 504])(
  "another host is asked after an answer of %s, for the time that is left",
  async (status) => {
    const { asked, ask, hosts, clock } = told([status, 201, 201, 201]);
    expect(await ask()).toMatchObject({ status: 201 });
    expect(asked[1]).toEqual({ host: OTHER, method: "POST", path: "/messages", body: "[7]", timeoutMs: 1_900 });
    await ask();
    clock.tick(limits.fallbackMs);
    await ask();
    expect(hosts()).toEqual([FIRST, OTHER, OTHER, FIRST]);
  },
);

test.each([499, 505, 401, 429])("no other host is asked after %d, which is an answer", async (status) => {
  const { ask, hosts } = told([status, 201]);
  expect(await ask()).toMatchObject({ status });
  expect(hosts()).toEqual([FIRST]);
});

test.each([
  [limits.leastAttemptMs, 2],
  [limits.leastAttemptMs - 1, 1],
])("when %d ms are left after a failure, %d hosts are asked", async (left, count) => {
  const { ask, hosts } = told([503, 201]);
  expect(await ask(100 + left)).toMatchObject({ status: count === 2 ? 201 : 503 });
  expect(hosts()).toHaveLength(count);
});

test("what the first host said counts where the other one says nothing", async () => {
  expect(await told([503, undefined]).ask()).toMatchObject({ status: 503 });
  expect(await told([undefined, undefined]).ask()).toBeUndefined();
});

test("an endpoint of one's own has no other host", async () => {
  const { ask, hosts } = told([503, 201], { config: { ...CONFIG, endpoint: { host: "ably.example", tls: true } } });
  expect(await ask()).toMatchObject({ status: 503 });
  expect(hosts()).toEqual(["ably.example"]);
});

describe("requests", () => {
  test.each([
    ["to Ably", undefined, true, 443],
    ["to an endpoint with TLS", { tls: true }, true, 443],
    ["to an endpoint without", { tls: false }, false, 80],
    ["to a port", { tls: false, port: 8_080 }, false, 8_080],
  ])("%s are made", async (_, endpoint, isTls, port) => {
    const config = endpoint === undefined ? CONFIG : { ...CONFIG, endpoint };
    expect(addressOf(config)).toEqual({
      isTls,
      port,
      headers: {
        authorization: `Basic ${Buffer.from(CONFIG.publishKey).toString("base64")}`,
        accept: "application/json",
        "x-ably-version": "6",
      },
    });
  });
});
