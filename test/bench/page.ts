/**
 * `npm run bench -- page [row ...]`: how large the page is, how soon the first message is there on a slow network, and what a
 * thousand messages cost. Compared with budgets: 24 KB and 80 KB; 1.2 s and 2.6 s; a burst of a hundred messages may take no
 * longer than what people feel as at once, and no task may hold the page up (a browser calls 50 ms a long one). The rows are
 * `size`, `load`, `slow-4g`, `slower`, `burst`, `live` and `history`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { buildPage } from "../../public/build.ts";
import { openChat } from "../helpers/chat-page.ts";
import { launchChromium } from "../helpers/chromium.ts";
import { firstLoad, ownScriptSize } from "../helpers/page-size.ts";
import { startStage } from "../helpers/stage.ts";
import type { Progress } from "./progress.ts";
import { budgetRow, median, type Row, type Table } from "./table.ts";

const VISITS = 3;
const BURSTS = 10;
const KB = 1_000;
const LONG_MS = 50;

/** Networks as Lighthouse and the browsers' tools name them: the time that each request takes on top, and bytes a second. */
const NETWORKS = {
  slow4G: { name: "slow 4G (150 ms, 1.6 Mbit/s)", latency: 150, down: 200_000, up: 93_750, mostS: 1.2 },
  slower: { name: "the slower preset (562 ms, 1.44 Mbit/s)", latency: 562.5, down: 180_000, up: 84_375, mostS: 2.6 },
} as const;

/** Notes in the page when its first message is there. */
const MARK_FIRST = `new MutationObserver((_changes, observer) => {
  if (document.querySelector("#log .message") === null) return;
  performance.mark("first message");
  observer.disconnect();
}).observe(document, { childList: true, subtree: true })`;

/** Notes in the page how long each long task takes (ms). */
const NOTE_LONG = `{
  window.longTasks = [];
  const note = (list) => longTasks.push(...list.getEntries().map(({ duration }) => duration));
  new PerformanceObserver(note).observe({ entryTypes: ["longtask"] });
}`;

type Measure = (browser: Browser, pageFolder: string) => Promise<Row>;

/** What is measured, by the name of its row. */
const MEASURES: Readonly<Record<string, Measure>> = {
  size: async () => budgetRow("own script, gzipped", (await ownScriptSize()) / KB, { most: 24, unit: "KB" }),
  load: visits,
  "slow-4g": async (...where) => await firstMessage(...where, NETWORKS.slow4G),
  slower: async (...where) => await firstMessage(...where, NETWORKS.slower),
  burst: thousandMessages,
  live: async (...where) => await longestTask(...where, "live"),
  history: async (...where) => await longestTask(...where, "history"),
};

/** Measures the page, or what is named of it. */
export async function run(args: readonly string[], show: (table: Table) => void, progress: Progress): Promise<void> {
  const pageFolder = await mkdtemp(join(tmpdir(), "asterism-page-"));
  const browser = await launchChromium();
  try {
    await buildPage(pageFolder);
    const wanted = args.filter((arg) => Object.hasOwn(MEASURES, arg));
    const rows: Row[] = [];
    for (const [name, measure] of Object.entries(MEASURES)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      progress.step(name);
      rows.push(await measure(browser, pageFolder));
    }
    show({ title: "page: against its budgets", rows });
  } finally {
    await browser.close();
    await rm(pageFolder, { recursive: true, force: true });
  }
}

async function visits(browser: Browser, pageFolder: string): Promise<Row> {
  const stage = await startStage({ pageFolder });
  const loads: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) loads.push((await firstLoad(browser, stage.url)).bytes);
  await stage.close();
  return budgetRow("first load over the wire", median(loads) / KB, { most: 80, unit: "KB" });
}

/** How soon the newest of fifty messages is in the document, with an empty cache. */
async function firstMessage(
  browser: Browser,
  pageFolder: string,
  network: (typeof NETWORKS)[keyof typeof NETWORKS],
): Promise<Row> {
  const stage = await startStage({ pageFolder });
  await stage.sayMany(
    "Eve.eee222",
    Array.from({ length: 50 }, (_, index) => `message ${index + 1} of a conversation that somebody joins`),
  );
  const shownMs: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: network.latency,
      downloadThroughput: network.down,
      uploadThroughput: network.up,
    });
    await page.addInitScript({ content: MARK_FIRST });
    await page.goto(stage.url, { waitUntil: "commit" });
    await page.locator("#log .message").first().waitFor();
    shownMs.push(await page.evaluate<number>('performance.getEntriesByName("first message")[0].startTime'));
    await context.close();
  }
  await stage.close();
  return budgetRow(`first message on ${network.name}`, median(shownMs) / 1_000, { most: network.mostS, unit: "s" });
}

/** A thousand messages, a hundred at a time, each hundred when the one before is shown. */
async function tenBursts(
  stage: Awaited<ReturnType<typeof startStage>>,
  shown: (text: string) => Promise<unknown>,
): Promise<void> {
  for (let burst = 0; burst < BURSTS; burst += 1) {
    const first = 100 * burst + 1;
    await stage.sayMany(
      "Eve.eee222",
      Array.from({ length: 100 }, (_, index) => `message ${first + index}`),
    );
    await shown(`message ${first + 99}`);
  }
}

/** Scrolls up, a page of history at a time, until the page has all that it keeps. */
async function readBack(page: Page): Promise<void> {
  const earlier = page.locator("#earlier");
  while (await earlier.isVisible()) {
    const rows = await page.locator(".message").count();
    await page.locator("#scroll").evaluate((box) => box.scrollTo(0, 0));
    await page
      .locator(".message")
      .nth(rows)
      .or(page.locator("#earlier[hidden]"))
      .first()
      .waitFor({ state: "attached" });
  }
}

/** The longest task that holds the page up while a thousand messages come in, or are read back. */
async function longestTask(browser: Browser, pageFolder: string, way: "live" | "history"): Promise<Row> {
  const stage = await startStage({ pageFolder });
  if (way === "history") await tenBursts(stage, async () => {});
  const { page, message, close } = await openChat(browser, stage.url);
  await page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });
  await page.evaluate(NOTE_LONG);
  await (way === "live" ? tenBursts(stage, message) : readBack(page));
  const longest = await page.evaluate<number>("Math.max(0, ...window.longTasks)");
  await close();
  await stage.close();
  return budgetRow(`longest task beyond 50 ms, of 1,000 messages, ${way}`, longest, { most: LONG_MS, unit: "ms" });
}

/** A thousand messages in ten bursts while the page is open: the processor time that one burst takes of the page. */
async function thousandMessages(browser: Browser, pageFolder: string): Promise<Row> {
  const stage = await startStage({ pageFolder });
  const { page, context, message, close } = await openChat(browser, stage.url);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const seconds = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  };
  const before = await seconds();
  await tenBursts(stage, message);
  const burstMs = ((await seconds()) - before) * (1_000 / BURSTS);
  await close();
  await stage.close();
  return budgetRow("100 messages at once, of 1,000", burstMs, { most: 100, unit: "ms" });
}
