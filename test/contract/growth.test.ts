/** The tables of docs/growth.md are the computed ones; their delays are those of the broker's own batch rule. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createIntegrations } from "../../server/broker/integrations/index.ts";
import { type RuleQueue, simulateArrivals, USUAL } from "../bench/growth/rule-queue.ts";
import { growthTables } from "../bench/growth/tables.ts";
import { createFakeClock } from "../helpers/fake-clock.ts";
import { batchRule, message } from "../server/broker/integrations/harness.ts";

const PAGE = new URL("../../docs/growth.md", import.meta.url);
const BLOCK = /<!-- computed -->\n[\s\S]*?<!-- \/computed -->\n/;

test("the tables of docs/growth.md are the computed ones (UPDATE=1 writes them anew)", () => {
  const tables = growthTables().map(({ title, lines }) => `### ${title}\n\n${lines.join("\n")}\n`);
  const block = `<!-- computed -->\n${tables.join("\n")}<!-- /computed -->\n`;
  const page = readFileSync(PAGE, "utf8");
  if (process.env.UPDATE === "1")
    writeFileSync(
      PAGE,
      page.replace(BLOCK, () => block),
    );
  expect(BLOCK.exec(readFileSync(PAGE, "utf8"))?.[0]).toBe(block);
});

/** The delay of each message through the broker's own batch rule, on a clock that is moved by hand. */
async function throughTheBroker(
  queue: RuleQueue,
  times: readonly number[],
): Promise<{ delays: number[]; requests: number }> {
  const clock = createFakeClock(0);
  const delays: number[] = [];
  let requests = 0;
  const integrations = createIntegrations({
    appId: "app",
    site: "local",
    rules: [batchRule],
    signingKey: () => undefined,
    clock,
    random: () => 0.5,
    report: () => {},
    post: ({ body }) => {
      requests += 1;
      const { items }: { items: { data: { messages: { data: string }[] } }[] } = JSON.parse(body.toString());
      for (const [place, item] of items.entries()) {
        const rounds = Math.floor(place / queue.publishesAtOnce) + 1;
        const at = Number(item.data.messages[0]?.data);
        delays.push(clock.now() + queue.overheadMs + rounds * queue.publishMs - at);
      }
      const took = queue.overheadMs + Math.ceil(items.length / queue.publishesAtOnce) * queue.publishMs;
      return new Promise((resolve) => clock.after(took, () => resolve({ status: 200 })));
    },
  });
  for (const at of times) clock.after(at, () => integrations.channelEvent(message(String(at))));
  await clock.advance(queue.seconds * 1_000 + 60_000);
  await integrations.close();
  return { delays: delays.sort((a, b) => a - b), requests };
}

test.each([1, 10, 60, 120])(
  "at %d messages a second the simulation says what the broker's batch rule does",
  async (perSecond) => {
    const queue = { ...USUAL, perSecond, seconds: 20 };
    const times = Array.from({ length: perSecond * queue.seconds }, (_, index) =>
      Math.round((index * 1_000) / perSecond + ((index * 7_919) % 97)),
    ).sort((a, b) => a - b);
    const { delays, requests } = await throughTheBroker(queue, times);
    const simulated = simulateArrivals(queue, times);
    expect(delays).toHaveLength(times.length);
    expect(simulated).toMatchObject({ lost: 0, requests });
    expect(simulated.p50).toBeCloseTo(delays[Math.floor(delays.length * 0.5)] ?? Number.NaN, 0);
    expect(simulated.p99).toBeCloseTo(delays[Math.floor(delays.length * 0.99)] ?? Number.NaN, 0);
  },
);
