/** The desk with 5,000 cases: what a moderator does touches a few of them, and those out of sight cost nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openDesk } from "../../helpers/desk-page.ts";
import { manyCases } from "../../helpers/many-cases.ts";

const CASES = 5_000;

/** In the page, as text: notes which stretches of the list change from now on. */
const WATCH = `(() => {
  window.touched = new Set();
  const list = document.querySelector(".case-list");
  new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      const stretch = element?.closest(".case-stretch");
      if (stretch) window.touched.add(stretch);
    }
  }).observe(list, { subtree: true, childList: true, attributes: true, characterData: true });
})()`;

describeInBrowser("the desk with 5,000 cases", (kit) => {
  let product: Product;

  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory" },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} } },
    );
  });
  afterAll(() => product.close());

  test("shows them all, and a step or a decision changes two stretches at most", async () => {
    const desk = await openDesk(kit.browser, product);
    const { page } = desk;
    await manyCases(page, CASES);
    await page.reload();
    await page.locator("[data-case][aria-current]").waitFor();
    for (let loaded = 200; loaded <= CASES; loaded += 100) {
      await page.locator(".older").click();
      await page
        .locator(`.case-list[aria-busy=false] [data-case=held-${CASES - loaded}]`)
        .waitFor({ state: "attached" });
    }
    expect(await page.locator("[data-case]").count()).toBe(CASES);
    const skipped = await page
      .locator(".case-stretch")
      .evaluateAll((all) => all.map((stretch) => getComputedStyle(stretch).contentVisibility));
    expect(skipped.length).toBeGreaterThan(100);
    expect(new Set(skipped)).toEqual(new Set(["auto"]));
    await page.evaluate(WATCH);
    const selected = async () => await page.locator("[data-case][aria-current]").getAttribute("data-case");
    const before = await selected();
    await desk.keys("k");
    await expect.poll(selected).not.toBe(before);
    await desk.keys("a");
    await desk.told(`Approved. ${CASES - 1} are waiting.`);
    expect(await page.locator("[data-case]").count()).toBe(CASES - 1);
    // one that is left and one that is gone to, of each of the two
    expect(await page.evaluate("window.touched.size")).toBeLessThanOrEqual(4);
    expect(desk.problems).toEqual([]);
    await desk.close();
  });
});
