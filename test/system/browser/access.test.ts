/** The page for everybody: axe in every main state, keyboard alone, small and zoomed screens, calm motion. */
import axe from "axe-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";

describeInBrowser("access", (kit) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ pageFolder: kit.pageFolder });
    await stage.say("Bob.bbb222", "b1", "Hello, see https://example.com", Date.now() - 86_400_000);
    await stage.say("Аnn.ccc222", "c1", "Hello from a look-alike");
    await stage.say("Ann.ddd222", "d1", "Hello from the other");
  });
  afterAll(async () => await stage.close());

  /** What axe finds wrong, in short. */
  async function violations({ page }: ChatPage): Promise<string[]> {
    await page.evaluate(axe.source);
    return await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document, { resultTypes: ["violations"] });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      );
    });
  }

  const screens = [
    { name: "light", viewport: { width: 1180, height: 800 }, colorScheme: "light" },
    { name: "dark", viewport: { width: 1180, height: 800 }, colorScheme: "dark" },
    { name: "phone", viewport: { width: 360, height: 740 }, colorScheme: "light" },
    { name: "dark phone", viewport: { width: 360, height: 740 }, colorScheme: "dark" },
  ] as const;

  test.each(screens)("axe has nothing to say, $name, in any state", async ({ viewport, colorScheme }) => {
    const ann = await openChat(kit.browser, stage.url, { viewport, colorScheme, clock: true });
    await ann.message("Hello from the other");
    expect(await violations(ann)).toEqual([]);

    const count = stage.heard.length;
    for (const text of ["starred", "refused", "failed", "sending"]) await ann.say(text);
    await stage.pass(await stage.hear(count + 1), { starred: 1 });
    await stage.notice(await stage.hear(count + 2), "refused", "No.");
    await stage.notice(await stage.hear(count + 3), "failed", "Later.");
    for (const fate of ["starred", "refused", "failed", "sending"] as const) await ann.message(fate, fate);
    await ann.page.locator("#text").fill("x".repeat(2_001));
    expect(await violations(ann)).toEqual([]);

    const isNarrow = viewport.width < 500;
    if (isNarrow) {
      await ann.page.getByRole("button", { name: "Rooms and people" }).click();
      expect(await violations(ann)).toEqual([]);
    }
    await ann.page.locator("#you-open").click();
    expect(await violations(ann)).toEqual([]);
    await ann.page.keyboard.press("Escape");
    if (isNarrow) await ann.page.keyboard.press("Escape");

    if (!isNarrow) {
      await ann.pass(9_000);
      await ann.message("sending", "unanswered");
      expect(await violations(ann)).toEqual([]);
    }
    await ann.close();
  });

  test("announces additions to the log only, and bad news apart", async () => {
    const ann = await openChat(kit.browser, stage.url);
    const log = ann.page.getByRole("log");
    expect(await log.getAttribute("aria-live")).toBe("polite");
    expect(await log.getAttribute("aria-relevant")).toBe("additions");
    await ann.message("Hello from the other");
    expect(await log.getAttribute("aria-busy")).toBe("false");
    const count = stage.heard.length;
    await ann.say("bad news");
    await stage.notice(await stage.hear(count + 1), "refused", "No potatoes.");
    await ann.page.locator("#announce", { hasText: "Refused: No potatoes." }).waitFor({ state: "attached" });
    await ann.close();
  });

  test("everything works with the keyboard alone, and focus is visible", async () => {
    const ann = await openChat(kit.browser, stage.url);
    const { keyboard } = ann.page;
    const focused = () => ann.page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
    await keyboard.press("Tab");
    expect(await focused()).toBe("Skip to writing");
    await keyboard.press("Enter");
    expect(await focused()).toBe("text");
    const outline = await ann.page.locator("#text").evaluate((field) => getComputedStyle(field).outlineStyle);
    expect(outline).toBe("solid");

    const count = stage.heard.length;
    await keyboard.type("by keyboard");
    await keyboard.press("Enter");
    await stage.notice(await stage.hear(count + 1), "failed", "Later.");
    await ann.message("by keyboard", "failed");
    // Backwards from the field: discard, edit, retry of the failed message.
    for (const name of ["Discard", "Edit", "Retry"]) {
      await keyboard.press("Shift+Tab");
      expect(await focused()).toBe(name);
    }
    await keyboard.press("Enter");
    expect(await focused()).toBe("text");
    await stage.pass(await stage.hear(count + 2));
    await ann.message("by keyboard", "delivered");

    await ann.page.locator("#you-open").focus();
    await keyboard.press("Enter");
    expect(await focused()).toBe("new-name");
    await keyboard.type("Keyboard Ann");
    await keyboard.press("Enter");
    await ann.page.locator("#you-name", { hasText: "Keyboard Ann" }).waitFor();
    expect(await focused()).toBe("you-open");
    await keyboard.press("Enter");
    await keyboard.press("Escape");
    expect(await focused()).toBe("you-open");

    await ann.page.locator("#scroll").focus();
    expect(await focused()).toBe("scroll");
    await ann.close();
  });

  test("fits a phone, and a window zoomed to 200 %", async () => {
    for (const viewport of [
      { width: 320, height: 640 },
      { width: 640, height: 400 },
    ]) {
      const ann = await openChat(kit.browser, stage.url, { viewport, deviceScaleFactor: 2 });
      await ann.message("Hello from the other");
      expect(await ann.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      for (const part of ["#text", "#send", "#connection", "#room-title"]) {
        const box = await ann.page.locator(part).boundingBox();
        expect(box, part).not.toBeNull();
        expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= viewport.width, part).toBe(true);
        expect((box?.y ?? -1) >= 0 && (box?.y ?? 0) + (box?.height ?? 0) <= viewport.height, part).toBe(true);
      }
      await ann.close();
    }
  });

  test("nothing moves for people who want less motion", async () => {
    const ann = await openChat(kit.browser, stage.url, { reducedMotion: "reduce" });
    await ann.page.locator("#connection").evaluate((element) => element.setAttribute("data-state", "connecting"));
    const animation = await ann.page.locator(".dot").evaluate((dot) => getComputedStyle(dot).animationName);
    expect(animation).toBe("none");
    await ann.close();
  });
});
