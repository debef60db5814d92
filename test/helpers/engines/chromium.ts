/** Chromium, by Playwright. */
import { findChromium, launchChromium } from "../chromium.ts";
import type { Engine, Tab } from "./tab.ts";

export const chromium: Engine = {
  name: "Chromium",
  missing: () => (findChromium() === undefined ? "chromium" : undefined),
  async visit() {
    const browser = await launchChromium();
    const context = await browser.newContext({ locale: "en-GB" });
    return {
      async tab(): Promise<Tab> {
        const page = await context.newPage();
        return {
          async goto(url) {
            await page.bringToFront();
            await page.goto(url);
          },
          reload: async () => void (await page.reload()),
          read: async (expression) => await page.evaluate(expression),
          click: async (selector) => await page.locator(selector).click(),
          type: async (selector, text) => await page.locator(selector).fill(text),
          enter: async (selector) => await page.locator(selector).press("Enter"),
          press: async (key) => await page.keyboard.press(key),
        };
      },
      close: async () => await browser.close(),
    };
  },
};
