/** Firefox, by WebDriver BiDi, which it speaks itself. */
import { existsSync } from "node:fs";
import puppeteer, { type KeyInput } from "puppeteer-core";
import type { Engine, Tab } from "./tab.ts";

const PLACES = [process.env.FIREFOX_PATH ?? "", "/usr/bin/firefox-esr", "/usr/bin/firefox"];
const find = (): string | undefined => PLACES.find((place) => place !== "" && existsSync(place));

export const firefox: Engine = {
  name: "Firefox",
  missing: () => (find() === undefined ? "firefox-esr" : undefined),
  async visit() {
    const browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: find() ?? "",
      extraPrefsFirefox: { "widget.gtk.overlay-scrollbars.enabled": false, "intl.accept_languages": "en-GB" },
    });
    return {
      async tab(): Promise<Tab> {
        const page = await browser.newPage();
        return {
          async goto(url) {
            await page.bringToFront();
            await page.goto(url);
          },
          reload: async () => void (await page.reload()),
          read: async (expression) => (await page.evaluate(expression)) as never,
          async click(selector) {
            await page.bringToFront();
            await page.locator(selector).click();
          },
          type: async (selector, text) => await page.locator(selector).fill(text),
          async enter(selector) {
            await page.bringToFront();
            await page.focus(selector);
            await page.keyboard.press("Enter");
          },
          async press(key) {
            await page.bringToFront();
            await page.keyboard.press(key as KeyInput);
          },
        };
      },
      close: async () => await browser.close(),
    };
  },
};
