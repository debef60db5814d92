/** The desk's queue with 5,000 cases in a real Chromium: how long the page is busy at most while somebody works in it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { buildPage } from "../../../public/build.ts";
import { startProduct } from "../../../server/product.ts";
import { launchChromium } from "../../helpers/chromium.ts";
import { type DeskPage, openDesk } from "../../helpers/desk-page.ts";
import { manyCases } from "../../helpers/many-cases.ts";

const CASES = 5_000;
const STEPS = 30;

/** What one thing that a moderator does costs, ms. */
interface Cost {
  /** The processor time of the page for one step. */
  readonly work: number;
  /** The longest time between two frames; on a busy machine that is the machine's. */
  readonly longest: number;
}

type Deed = "loading a page of older ones" | "scrolling" | "going on by j" | "approving by a";

/** Measures it. */
export async function measureQueue(): Promise<Record<Deed, Cost>> {
  const pageFolder = await mkdtemp(join(tmpdir(), "asterism-page-"));
  const browser = await launchChromium();
  try {
    await buildPage(pageFolder);
    return await work(browser, pageFolder);
  } finally {
    await browser.close();
    await rm(pageFolder, { recursive: true, force: true });
  }
}

async function work(browser: Browser, pageFolder: string): Promise<Record<Deed, Cost>> {
  const log = { info() {}, error() {} };
  const product = await startProduct({ PORT: "0", LOCAL_DATA: "memory" }, { pageFolder, log });
  const desk = await openDesk(browser, product);
  const { page } = desk;
  await manyCases(page, CASES);
  await page.reload();
  await page.locator("[data-case][aria-current]").waitFor();
  const cost = await costIn(desk);
  const pages = CASES / 100 - 1;
  const loading = await cost(pages, async (step) => {
    await page.locator(".older").click(); // by its class: roles would be looked for in all rows
    const oldest = `held-${CASES - 100 * (step + 1)}`;
    await page.locator(`.case-list[aria-busy=false] [data-case=${oldest}]`).waitFor({ state: "attached" });
  });
  await page.locator("#cases").hover();
  const scrolling = await cost(STEPS, async () => await page.mouse.wheel(0, 4_000));
  const moving = await cost(STEPS, async () => await desk.keys("j"));
  const deciding = await cost(STEPS, async (step) => {
    await desk.keys("a");
    await desk.told(`Approved. ${CASES - step} are waiting.`);
  });
  await desk.close();
  await product.close();
  return {
    "loading a page of older ones": loading,
    scrolling,
    "going on by j": moving,
    "approving by a": deciding,
  };
}

/** In the page, as text: what tsx makes of a function is not whole there. */
const WATCH = `(() => {
  const seen = (window.seen = { longest: 0, isOver: false });
  let last = performance.now();
  requestAnimationFrame(function frame() {
    const now = performance.now();
    seen.longest = Math.max(seen.longest, now - last);
    last = now;
    if (!seen.isOver) requestAnimationFrame(frame);
  });
})()`;

/** Answers the function that does something so many times, frame by frame, and says what it cost. */
async function costIn({ page, context }: DeskPage) {
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const used = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  return async (steps: number, work: (step: number) => Promise<void>): Promise<Cost> => {
    await page.evaluate(WATCH);
    const before = await used();
    for (let step = 1; step <= steps; step += 1) {
      await work(step);
      await page.evaluate("new Promise(requestAnimationFrame)");
    }
    const all = (await used()) - before;
    return {
      work: all / steps,
      longest: Number(await page.evaluate("(window.seen.isOver = true, window.seen.longest)")),
    };
  };
}
