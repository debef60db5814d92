/** The quarantine in an SQS queue, against a stand-in for SQS. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAwsCall } from "../../../lambda/aws.ts";
import { createSqsQuarantine } from "../../../lambda/quarantine/sqs.ts";
import { entry } from "../helpers/quarantined.ts";
import { SqsStandIn } from "../helpers/sqs-stand-in.ts";
import { describeQuarantine, opened } from "./conformance.ts";

let queue: SqsStandIn;
let url: string;
beforeEach(async () => {
  queue = new SqsStandIn();
  url = await queue.start();
});
afterEach(() => queue.close());

describeQuarantine("SQS", () => ({
  quarantine: createSqsQuarantine(url, queue.call),
  away: createSqsQuarantine("http://127.0.0.1:9/q", queue.call),
  scribble: (line) => void queue.messages.push(line),
  close: () => undefined,
}));

test("signs its calls, ten entries at a time and not too large", async () => {
  const entries = [
    ...Array.from({ length: 11 }, (_, n) => entry(`m${n}`)),
    entry("large", 150_000),
    entry("larger", 150_000),
  ];
  expect(await createSqsQuarantine(url, queue.call).keep(entries, 2_000)).toBe("kept");
  expect(queue.requests.every(({ signed }) => signed)).toBe(true);
  expect(queue.requests.map(({ count }) => count).sort((a, b) => b - a)).toEqual([10, 2, 1]);
  expect(queue.messages.map((text) => JSON.parse(text).what.sourceId).sort()).toEqual(
    entries.map(({ what }) => (what.kind === "message" ? what.sourceId : "")).sort(),
  );
});

test("ends at what stays, when that is visible again before the pass is over", async () => {
  const quarantine = createSqsQuarantine(url, queue.call);
  await quarantine.keep([entry("stays"), entry("goes")], 2_000);
  const reader = await opened(quarantine);
  await (await reader.take())?.finish([false, true]);
  queue.showAll();
  await quarantine.keep([entry("new")], 2_000);
  const second = await reader.take();
  expect(second?.entries).toEqual([entry("new")]);
  await second?.finish([true]);
  queue.showAll();
  expect(await reader.take()).toBeUndefined();
  expect(queue.messages.map((text) => JSON.parse(text))).toEqual([entry("stays")]);
});

test("says so when not every entry was taken, or there are no credentials", async () => {
  queue.fails = true;
  expect(await createSqsQuarantine(url, queue.call).keep([entry("a")], 2_000)).toBe("failed");
  expect(await createSqsQuarantine(url, createAwsCall({})).keep([entry("a")], 2_000)).toBe("failed");
});
