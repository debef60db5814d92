/**
 * `npm run bench -- page`: how large the page is, and what a thousand messages cost it. Compared with budgets: 24 KB and
 * 80 KB; a burst of a hundred messages may take no longer than what people feel as at once.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { buildPage } from "../../public/build.ts";
import { openChat } from "../helpers/chat-page.ts";
import { launchChromium } from "../helpers/chromium.ts";
import { firstLoad, ownScriptSize } from "../helpers/page-size.ts";
import { startStage } from "../helpers/stage.ts";
import { median, type Row, type Table } from "./table.ts";

const VISITS = 3;
const BURSTS = 10;
const KB = 1_000;

/** Measures the page. */
export async function run(_args: readonly string[], show: (table: Table) => void): Promise<void> {
  const pageFolder = await mkdtemp(join(tmpdir(), "asterism-page-"));
  const browser = await launchChromium();
  try {
    await buildPage(pageFolder);
    const rows = [budget("own script, gzipped", (await ownScriptSize()) / KB, 24, "KB")];
    rows.push(await visits(browser, pageFolder), await thousandMessages(browser, pageFolder));
    show({ title: "The page, against its budgets", rows });
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
  return budget("first load over the wire", median(loads) / KB, 80, "KB");
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
  for (let burst = 0; burst < BURSTS; burst += 1) {
    const first = 100 * burst + 1;
    await stage.sayMany(
      "Eve.eee222",
      Array.from({ length: 100 }, (_, index) => `message ${first + index}`),
    );
    await message(`message ${first + 99}`);
  }
  const burstMs = ((await seconds()) - before) * (1_000 / BURSTS);
  await close();
  await stage.close();
  return budget("100 messages at once, of 1,000", burstMs, 100, "ms");
}

function budget(measure: string, ours: number, most: number, unit: string): Row {
  return {
    measure,
    ours: `${ours.toFixed(1)} ${unit}`,
    other: `${most} ${unit}`,
    ratio: ours / most,
    target: { at: "most", ratio: 1 },
  };
}
