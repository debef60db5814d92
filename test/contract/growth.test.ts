/** The tables of docs/growth.md are the computed ones; their delays are those of the broker's own rules. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createIntegrations } from "../../server/broker/integrations/index.ts";
import { type Arrival, outAt, type RuleQueue, simulateArrivals, USUAL } from "../bench/growth/rule-queue.ts";
import { growthTables } from "../bench/growth/tables.ts";
import { createFakeClock } from "../helpers/fake-clock.ts";
import { batchRule, message, singleRule } from "../server/broker/integrations/harness.ts";

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

interface Through {
  readonly delays: readonly number[];
  readonly requests: number;
}

/** The delay of each message through the broker's own rules, on a clock that is moved by hand. */
async function throughTheBroker(queue: RuleQueue, all: readonly Arrival[]): Promise<Through> {
  const clock = createFakeClock(0);
  const delays: number[] = [];
  let requests = 0;
  const integrations = createIntegrations({
    appId: "app",
    site: "local",
    rules: [queue.mode === "batch" ? batchRule : singleRule],
    signingKey: () => undefined,
    clock,
    random: () => 0.5,
    report: () => {},
    post: ({ body }) => {
      requests += 1;
      const portion = placesIn(body.toString()).flatMap((place) => all[place] ?? []);
      const out = outAt(queue, portion);
      for (const [index, { at }] of portion.entries()) delays.push(clock.now() + (out[index] ?? 0) - at);
      return new Promise((resolve) => clock.after(Math.max(...out), () => resolve({ status: 200 })));
    },
  });
  for (const [place, { at }] of all.entries()) {
    clock.after(at, () => integrations.channelEvent(message(String(place))));
  }
  await clock.advance(queue.seconds * 1_000 + 60_000);
  await integrations.close();
  return { delays: delays.sort((a, b) => a - b), requests };
}

/** The places of the messages that a request of either rule carries. */
function placesIn(body: string): number[] {
  const request: { items?: { data: { messages: { data: string }[] } }[]; messages?: { data: string }[] } =
    JSON.parse(body);
  const messages = request.items?.flatMap(({ data }) => data.messages) ?? request.messages ?? [];
  return messages.map(({ data }) => Number(data));
}

/** Messages that come nearly evenly, from authors in no order. */
const arrivals = ({ perSecond, seconds, pauseSeconds }: RuleQueue): Arrival[] =>
  Array.from({ length: perSecond * seconds }, (_, index) => ({
    at: Math.round((index * 1_000) / perSecond + ((index * 7_919) % 97)),
    author: ((index * 7_919) % 65_537) % Math.round(perSecond * pauseSeconds),
  })).sort((a, b) => a.at - b.at);

const rates = (["batch", "single"] as const).flatMap((mode) =>
  [1, 10, 60, 120, ...(mode === "single" ? [240, 400] : [])].map((perSecond) => [mode, perSecond] as const),
);

test.each(rates)("the %s rule at %d messages a second is simulated as the broker has it", async (mode, perSecond) => {
  const queue = { ...USUAL, mode, perSecond, seconds: 20 };
  const all = arrivals(queue);
  const { delays, requests } = await throughTheBroker(queue, all);
  const simulated = simulateArrivals(queue, all);
  expect(simulated.requests).toBe(requests);
  expect(simulated.lost).toBeCloseTo(1 - delays.length / all.length, 6);
  expect(simulated.p50).toBeCloseTo(delays[Math.floor(delays.length * 0.5)] ?? Number.NaN, 0);
  expect(simulated.p99).toBeCloseTo(delays[Math.floor(delays.length * 0.99)] ?? Number.NaN, 0);
});
