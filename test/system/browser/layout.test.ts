/** How the page lies on small screens, with large text, and written from the right. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

const SMALL = { width: 320, height: 568 };

describeInBrowser("the layout", (kit) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ pageFolder: kit.pageFolder });
    // Two whose names look alike, so that the rest of their ids is shown.
    await stage.say("Guest.bbbbbbb222", "b1", "Hello from one");
    await stage.say("Guest.ccccccc333", "c1", "Hello from the other");
  });
  afterAll(async () => await stage.close());

  const boxOf = async (part: Locator) => {
    const box = await part.boundingBox();
    if (box === null) throw new Error("it is not seen");
    return { ...box, right: box.x + box.width, bottom: box.y + box.height };
  };
  /** Whether the first letter of a text stands left of its second one. */
  const readsFromLeft = (part: Locator) =>
    part.evaluate((element) => {
      const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
      const left = (at: number) => {
        const range = document.createRange();
        range.setStart(text as Node, at);
        range.setEnd(text as Node, at + 1);
        return range.getBoundingClientRect().left;
      };
      return left(0) < left(1);
    });

  test("one's own message takes the width there is before it breaks, whatever stands under it", async () => {
    const ann = await openChat(kit.browser, stage.url, { viewport: SMALL });
    const said = stage.heard.length;
    await ann.say("short one");
    await stage.pass(await stage.hear(said + 1));
    const height = async (text: string) =>
      (await boxOf((await ann.message(text, "delivered")).locator(".text"))).height;
    const line = await height("short one");
    await ann.say("a longer one in one line");
    await stage.pass(await stage.hear(said + 2));
    expect(await height("a longer one in one line")).toBe(line);
    await ann.close();
  });

  test("on a phone with text of 200 % nothing is cut, and the field is as wide as the window lets it be", async () => {
    const ann = await openChat(kit.browser, stage.url, { viewport: { width: 390, height: 844 } });
    await ann.message("Hello from the other");
    await ann.page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    const cut = await ann.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("#log :not(.follows .meta)")]
        .filter((element) => element.checkVisibility() && getComputedStyle(element).overflowX !== "visible")
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
        .map((element) => element.className),
    );
    expect(cut).toEqual([]);
    const [field, send] = [await boxOf(ann.page.locator("#text")), await boxOf(ann.page.locator("#send"))];
    expect(field.width).toBeGreaterThan(250);
    expect(send.y).toBeGreaterThanOrEqual(field.bottom);
    await ann.close();
  });

  test("a word about what was done stands in one or two lines where nobody writes", async () => {
    const ann = await openChat(kit.browser, stage.url, { viewport: SMALL });
    const row = await ann.message("Hello from the other");
    await row.hover();
    await row.locator(".more").click();
    await ann.page.getByRole("menuitem", { name: "Copy link" }).click();
    const told = await boxOf(ann.page.locator("#told", { hasText: "link" }));
    expect(told.bottom).toBeLessThan((await boxOf(ann.page.locator("#composer"))).y);
    expect(told.height).toBeLessThan(80);
    await ann.close();
  });

  test("in Arabic a room still begins with its sign, and a menu opens at its button", async () => {
    const ann = await openChat(kit.browser, stage.url, { locale: "ar", path: "/r/garden" });
    for (const name of ["#room-title", "#rooms [aria-current]"])
      expect(await readsFromLeft(ann.page.locator(name)), name).toBe(true);
    const links = ann.page.locator("#rooms a");
    const ends = await links.evaluateAll((all) =>
      all.map((link) => {
        const range = document.createRange();
        range.selectNodeContents(link);
        return Math.round(range.getBoundingClientRect().right);
      }),
    );
    expect(new Set(ends).size).toBe(1);
    await stage.pass({ id: "g1", author: "Bob.bbb222", text: "Hello garden", at: Date.now() }, { room: "garden" });
    const row = await ann.message("Hello garden");
    await row.hover();
    await row.locator(".more").click();
    const [button, menu] = [await boxOf(row.locator(".more")), await boxOf(ann.page.locator("#message-menu"))];
    expect(Math.abs(menu.x - button.x)).toBeLessThan(8);
    await ann.close();
  });

  test("in German the next try ends with one full stop", async () => {
    const ann = await openChat(kit.browser, stage.url, { locale: "de" });
    stage.network.refuse(true);
    await ann.page
      .locator("#connection-text", { hasText: /^Verbindung verloren\. Nächster Versuch in \d+ Sek\.$/ })
      .waitFor();
    stage.network.refuse(false);
    await ann.close();
  });
});
