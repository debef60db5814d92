/** The log as something to read: where it scrolls, and how it bears a thousand messages. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { hold } from "../../helpers/hold.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

describeInBrowser("the log", (kit) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ pageFolder: kit.pageFolder });
  });
  afterAll(async () => await stage.close());

  test("stays at the end while the reader is there, and leaves a reader of old messages where they are", async () => {
    const ann = await openChat(kit.browser, stage.url, { viewport: { width: 800, height: 500 } });
    const scroll = ann.page.locator("#scroll");
    const fromEnd = () => scroll.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    await stage.sayMany("Bob.bbb222", numbered(1, 40));
    await ann.message("line 40");
    await expect.poll(fromEnd).toBeLessThan(2);

    await scroll.evaluate((box) => box.scrollTo(0, 200));
    await ann.page.locator("#newest", { hasText: "To the newest" }).waitFor();
    await stage.sayMany("Bob.bbb222", numbered(41, 3));
    await ann.page.locator("#newest", { hasText: "3 new messages" }).waitFor();
    expect(await scroll.evaluate((box) => box.scrollTop)).toBe(200);
    expect(await ann.page.title()).toBe("(3) Lobby · Asterism");

    await ann.page.locator("#newest").click();
    await ann.page.locator("#newest").waitFor({ state: "hidden" });
    await expect.poll(fromEnd).toBeLessThan(2);
    expect(await ann.page.title()).toBe("Lobby · Asterism");

    await scroll.evaluate((box) => box.scrollTo(0, 0));
    await ann.page.locator("#newest").waitFor();
    await ann.say("my own brings me to the end");
    await expect.poll(fromEnd).toBeLessThan(2);
    await ann.close();
  });

  test("somebody who joins sees the last fifty messages, in order, under a day, and gets earlier ones by scrolling up", async () => {
    const fresh = await startStage({ pageFolder: kit.pageFolder });
    const lines = numbered(1, 55);
    await fresh.sayMany("Bob.bbb222", lines);
    const ann = await openChat(kit.browser, fresh.url);
    await ann.message("line 55");
    expect(await ann.texts()).toEqual(lines.slice(-50));
    expect(await ann.page.locator(".line.day").allTextContents()).toEqual(["Today"]);
    await ann.page.locator("#scroll").evaluate((box) => box.scrollTo(0, 0));
    await ann.message("line 1");
    expect(await ann.texts()).toEqual(lines);
    await ann.page.locator("#earlier").waitFor({ state: "hidden" });
    await ann.close();
    await fresh.close();
  });

  test("what the reader sees keeps its place while earlier messages come in above it", async () => {
    const fresh = await startStage({ pageFolder: kit.pageFolder });
    await fresh.sayMany("Bob.bbb222", numbered(1, 150));
    const ann = await openChat(kit.browser, fresh.url, { viewport: { width: 800, height: 500 } });
    await ann.message("line 150");
    expect((await ann.texts())[0]).toBe("line 101");
    // The place of a line is read before the answer is let through, and again when it is here.
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await ann.page.route("**/messages?*", async (route) => {
      await released;
      await route.continue();
    });
    await ann.page.locator("#scroll").evaluate((box) => box.scrollTo(0, 300));
    await ann.page.locator("#earlier:disabled").waitFor();
    const top = () =>
      ann.page.locator(".message", { hasText: "line 109" }).evaluate((row) => row.getBoundingClientRect().top);
    const before = await top();
    release();
    await ann.message("line 51");
    await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
    await ann.close();
    await fresh.close();
  });

  test("in no frame of a slow machine does anything jump while earlier messages come, a page at a time from the very top", async () => {
    const fresh = await startStage({ pageFolder: kit.pageFolder });
    for (const from of [1, 101, 201, 301]) await fresh.sayMany("Bob.bbb222", numbered(from, 100));
    const ann = await openChat(kit.browser, fresh.url, { viewport: { width: 800, height: 500 } });
    await ann.message("line 400");
    await ann.page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });
    const devtools = await ann.context.newCDPSession(ann.page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 8 });
    for (const [top, next] of [
      ["line 351", "line 301"],
      ["line 301", "line 201"],
    ] as const) {
      const answer = await hold(ann.page, "**/messages?*");
      await ann.page.locator("#scroll").evaluate((box) => box.scrollTo(0, 0));
      await ann.page.locator("#earlier:disabled").waitFor();
      // where the text stands in each frame from now on
      await ann.page.evaluate((text) => {
        const element = [...document.querySelectorAll(".text")].find(({ textContent }) => textContent === text);
        const places: number[] = [];
        const look = () => {
          places.push(element?.getBoundingClientRect().top ?? Number.NaN);
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        Object.assign(window, { places });
      }, top);
      await fresh.say("Eve.eee222", `meanwhile ${top}`, `meanwhile, at ${top}`);
      await ann.message(`meanwhile, at ${top}`);
      answer();
      await ann.message(next);
      await ann.page.locator("#earlier:enabled").waitFor();
      const places = await ann.page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return (window as unknown as { places: number[] }).places;
      });
      expect(places.length).toBeGreaterThan(3);
      expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(1);
      await ann.page.unrouteAll({ behavior: "wait" });
    }
    await ann.close();
    await fresh.close();
  });

  test("the keyboard gets earlier messages by the button, and stays in the log when that goes", async () => {
    const fresh = await startStage({ pageFolder: kit.pageFolder });
    await fresh.sayMany("Bob.bbb222", numbered(1, 55));
    const ann = await openChat(kit.browser, fresh.url, { viewport: { width: 800, height: 3_000 } });
    await ann.message("line 55");
    await ann.page.locator("#earlier").press("Enter");
    await ann.message("line 1");
    await ann.page.locator("#earlier").waitFor({ state: "hidden" });
    expect(await ann.page.evaluate(() => document.activeElement?.id)).toBe("scroll");
    await ann.close();
    await fresh.close();
  });

  test("a thousand messages: old rows leave the document, and are there again when asked for", async () => {
    const ann = await openChat(kit.browser, stage.url);
    for (let from = 1; from <= 1_000; from += 100)
      await stage.sayMany(
        "Eve.eee222",
        numbered(from, 100).map((text) => `many ${text}`),
      );
    await ann.message("many line 1000");
    const rows = () => ann.page.locator("#log .message").count();
    await expect.poll(rows, { timeout: 20_000 }).toBe(200);
    await ann.page.locator("#scroll").evaluate((box) => box.scrollTo(0, 0));
    await ann.page.locator("#newest").waitFor();
    await ann.message("many line 751");
    await expect.poll(rows, { timeout: 20_000 }).toBe(250);
    await ann.page.locator("#newest").click();
    await expect.poll(rows, { timeout: 20_000 }).toBe(200);
    expect(ann.problems).toEqual([]);
    await ann.close();
  });

  test("Tab goes past the messages, of which the one with the focus alone has its menu on the way", async () => {
    const ann = await openChat(kit.browser, stage.url, { path: "/r/tabs" });
    for (const id of ["t1", "t2", "t3"])
      await stage.pass({ id, author: "Bob.bbb222", text: `message ${id}`, at: Date.now() }, { room: "tabs" });
    await ann.message("message t3");
    const { keyboard } = ann.page;
    await ann.page.locator("#scroll").focus();
    await keyboard.press("Tab");
    await ann.page.locator("#text:focus").waitFor();
    await keyboard.press("Shift+Tab");
    await keyboard.press("ArrowUp");
    await keyboard.press("ArrowUp");
    await keyboard.press("Tab");
    await ann.page.locator(".message", { hasText: "message t2" }).locator(".more:focus").waitFor();
    await keyboard.press("ArrowDown");
    await ann.page.locator(".message:focus", { hasText: "message t3" }).waitFor();
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await ann.page.locator("#text:focus").waitFor();
    await ann.close();
  });

  test("a long text starts folded and opens", async () => {
    const ann = await openChat(kit.browser, stage.url);
    await stage.say("Bob.bbb222", "long", "tall\n".repeat(60));
    const row = ann.page.locator(".message", { hasText: "tall" });
    const height = async () => (await row.boundingBox())?.height ?? 0;
    const folded = await height();
    await row.getByRole("button", { name: "Show all" }).click();
    expect(await height()).toBeGreaterThan(folded * 2);
    await row.getByRole("button", { name: "Show less" }).click();
    expect(await height()).toBe(folded);
    await ann.close();
  });
});
