/** Batch publishes over REST. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BrokerHost, hostBroker } from "../broker-host.ts";

let host: BrokerHost;
beforeAll(async () => {
  host = await hostBroker({ limits: { batchPublishes: 8, batchCopies: 12 } });
});
afterAll(() => host.close());

const NARROW = "app.narrow:narrow-secret";

/** What a batch answers: of each channel its name and the code of its error, or the code of the whole. */
async function publish(body: unknown, options: object = {}): Promise<unknown> {
  const answer = await host.rest(options).request("post", "/messages", 4, {}, body);
  if (!answer.success) return answer.errorCode;
  return answer.items.map(({ results }) =>
    results.map(({ channel, error }: { channel: string; error?: { code: number } }) => [channel, error?.code]),
  );
}

const kept = async (channel: string): Promise<unknown[]> =>
  (await host.rest().channels.get(channel).history()).items.map(({ data }) => data);

test("each spec goes to each of its channels", async () => {
  const outcome = await publish([
    { channels: ["in:a", "in:b"], messages: [{ data: "1" }, { data: "2" }] },
    { channels: "in:a", messages: { data: "3" } },
  ]);
  expect(outcome).toEqual([
    [
      ["in:a", undefined],
      ["in:b", undefined],
    ],
    [["in:a", undefined]],
  ]);
  expect([await kept("in:a"), await kept("in:b")]).toEqual([
    ["3", "2", "1"],
    ["2", "1"],
  ]);
});

test("a channel named many times is published to once", async () => {
  const channels = Array.from({ length: 20_000 }, () => "in:same");
  expect(await publish({ channels, messages: { data: "once" } })).toEqual([[["in:same", undefined]]]);
  expect(await kept("in:same")).toEqual(["once"]);
});

test("messages are not read for a channel that the caller may not publish to", async () => {
  const spec = { channels: ["in:c", "out:c"], messages: [{ data: "x", extras: { unheard: "of" } }] };
  expect(await publish(spec, { key: NARROW })).toEqual([
    [
      ["in:c", 40032],
      ["out:c", 40160],
    ],
  ]);
});

test("what fits one channel fits the others of its spec too", async () => {
  const spec = { channels: ["in:d", "in:e"], messages: { data: "x".repeat(65_536) } };
  expect(await publish(spec, { clientId: "bob" })).toEqual([
    [
      ["in:d", undefined],
      ["in:e", undefined],
    ],
  ]);
});

test("more than a hundred channels are refused", async () => {
  const channels = Array.from({ length: 101 }, (_, at) => `in:${at}`);
  expect(await publish({ channels, messages: { data: "x" } })).toBe(90010);
});

test("too many publishes in one batch are refused as a whole", async () => {
  const spec = { channels: ["in:f", "in:g", "in:h"], messages: { data: "x" } };
  expect(await publish([spec, spec, spec])).toBe(40034);
  expect(await kept("in:f")).toEqual([]);
});

test("too many messages over all channels of one batch are refused as a whole", async () => {
  const messages = [{ data: "1" }, { data: "2" }, { data: "3" }, { data: "4" }];
  expect(await publish({ channels: ["in:i", "in:j", "in:k", "in:l"], messages })).toBe(40034);
  expect(await kept("in:i")).toEqual([]);
});
