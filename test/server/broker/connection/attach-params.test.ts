/** What a client may give with an ATTACH, and what it is told back. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ACTION } from "../../../../server/broker/wire/actions.ts";
import { type BrokerHost, hostBroker, KEY } from "../broker-host.ts";
import { connectWire, type Frame } from "../wire-client.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker();
});
afterAll(() => host.close());

async function answerTo(channel: string, params: Record<string, string> = {}): Promise<Frame> {
  const client = connectWire(host.port, { key: KEY });
  await client.next({ action: ACTION.connected });
  client.send({ action: ACTION.attach, channel, params });
  const answer = await client.next({ channel });
  client.end();
  return answer;
}

test("a parameter of 257 characters is refused with 40003, in the name of the channel too", async () => {
  const long = "x".repeat(257);
  expect((await answerTo("room", { echo: long })).error?.code).toBe(40003);
  expect((await answerTo(`[?echo=${long}]room`)).error?.code).toBe(40003);
  expect(await answerTo("room", { echo: "x".repeat(256) })).toMatchObject({ action: ACTION.attached });
});

test("a parameter that nobody knows is not told back", async () => {
  const params = { echo: "false", delta: "vcdiff", colour: "x".repeat(257) };
  const answer = await answerTo("room", params);
  expect(answer).toMatchObject({ action: ACTION.attached, params: { echo: "false", delta: "vcdiff" } });
  expect(JSON.stringify(answer)).not.toContain("colour");
});
