/** The page for everybody: axe in every main state, keyboard alone, small and zoomed screens, calm motion. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { type Stage, startStage } from "../../helpers/stage.ts";
import { violations } from "./axe.ts";

describeInBrowser("access", (kit) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage({ pageFolder: kit.pageFolder });
    await stage.say("Bob.bbb222", "b1", "Hello, see https://example.com", Date.now() - 86_400_000);
    await stage.say("Аnn.ccc222", "c1", "Hello from a look-alike");
    await stage.say("Ann.ddd222", "d1", "Hello from the other");
  });
  afterAll(async () => await stage.close());

  const screens = [
    { name: "desk", viewport: { width: 1180, height: 800 } },
    { name: "phone", viewport: { width: 360, height: 740 } },
  ] as const;

  test.each(screens)("axe has nothing to say, $name, light and dark, in any state", async ({ viewport }) => {
    const ann = await openChat(kit.browser, stage.url, { viewport, colorScheme: "light", clock: true });
    await ann.message("Hello from the other");
    expect(await violations(ann.page)).toEqual([]);

    const count = stage.heard.length;
    for (const text of ["starred", "refused", "failed", "sending"]) await ann.say(text);
    await stage.pass(await stage.hear(count + 1), { text: "*******", starred: 1 });
    await stage.notice(await stage.hear(count + 2), "refused", "No.");
    await stage.notice(await stage.hear(count + 3), "failed", "Later.");
    await ann.message("*******", "starred");
    for (const fate of ["refused", "failed", "sending"] as const) await ann.message(fate, fate);
    await ann.page.locator("#text").fill("x".repeat(2_001));
    expect(await violations(ann.page)).toEqual([]);

    const isNarrow = viewport.width < 500;
    if (isNarrow) {
      await ann.page.getByRole("button", { name: "Rooms and people" }).click();
      expect(await violations(ann.page)).toEqual([]);
    }
    await ann.page.locator("#you-open").click();
    expect(await violations(ann.page)).toEqual([]);
    await ann.page.keyboard.press("Escape");
    if (isNarrow) await ann.page.keyboard.press("Escape");

    await ann.pass(9_000);
    await ann.message("sending", "unanswered");
    expect(await violations(ann.page)).toEqual([]);
    await ann.close();
  });

  const small = { name: "small", viewport: { width: 320, height: 640 } } as const;

  test.each([...screens, small])("nor of formatting, menus, completion and pauses, $name", async ({ viewport }) => {
    const ann = await openChat(kit.browser, stage.url, { viewport, colorScheme: "light" });
    const bare = await ann.page.locator(".message").count();
    await stage.say(
      "Bob.bbb222",
      `f${bare}`,
      "> a quote\n\n- **bold** and `code`\n- for @Ann at https://example.com/a",
    );
    const formatted = ann.page.locator(".message", { has: ann.page.locator(".text blockquote") }).last();
    await formatted.waitFor();
    expect(await violations(ann.page)).toEqual([]);

    await formatted.hover();
    await formatted.getByRole("button", { name: "More" }).click();
    await ann.page.getByRole("menuitem", { name: "Copy text" }).waitFor();
    expect(await violations(ann.page)).toEqual([]);
    await ann.page.keyboard.press("Escape");
    await ann.page.locator("#text").pressSequentially(":toma");
    await ann.page.locator("#completion [aria-selected=true]").waitFor();
    expect(await violations(ann.page)).toEqual([]);
    await ann.page.keyboard.press("Escape");

    const count = stage.heard.length;
    await ann.say("held");
    await stage.notice(await stage.hear(count + 1), "held", "A moderator looks at it.", "held");
    await ann.message("held", "held");
    expect(await violations(ann.page)).toEqual([]);
    await ann.say("too soon");
    const until = new Date(Date.now() + 60_000).toISOString();
    await stage.notice(await stage.hear(count + 2), "refused", "This room is in slow mode.", "slow-mode", until);
    await ann.message("too soon", "refused");
    expect(await violations(ann.page)).toEqual([]);
    await ann.close();
  });

  test("reads each message of others aloud once, and bad news about one's own", async () => {
    const ann = await openChat(kit.browser, stage.url);
    await ann.message("Hello from the other");
    const log = ann.page.getByRole("log");
    expect(await log.getAttribute("aria-live")).toBe("off");
    await ann.page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });
    const aloud = (text: string) => ann.page.locator("#announce", { hasText: text }).waitFor({ state: "attached" });
    await stage.say("Ann.ddd222", "d2", "Read me");
    await aloud("Ann: Read me");
    const count = stage.heard.length;
    await ann.say("bad news");
    await stage.notice(await stage.hear(count + 1), "refused", "No potatoes.");
    await aloud("Refused: No potatoes.");
    await ann.close();
  });

  test("everything works with the keyboard alone, and focus is visible", async () => {
    const ann = await openChat(kit.browser, stage.url);
    const { keyboard } = ann.page;
    const focused = () => ann.page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);
    expect(await focused()).toBe("text");
    await ann.page.evaluate(() => document.querySelector<HTMLElement>(".skip")?.focus());
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
    await keyboard.press("ArrowUp");
    const row = ann.page.locator(".message:focus");
    expect(await row.getAttribute("aria-label")).toMatch(/^You, \d\d:\d\d, Delivered$/);
    expect(await row.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe("solid");
    await keyboard.press("ArrowUp");
    expect(await row.getAttribute("aria-label")).toMatch(/^(Ann|Аnn|You), /);
    await ann.close();
  });

  test("arrow up in the empty field edits the last message that was not sent", async () => {
    const ann = await openChat(kit.browser, stage.url);
    const count = stage.heard.length;
    await ann.say("not good");
    await stage.notice(await stage.hear(count + 1), "refused", "No.");
    await ann.message("not good", "refused");
    await ann.page.keyboard.press("ArrowUp");
    expect(await ann.page.locator("#text").inputValue()).toBe("not good");
    expect(await ann.texts()).not.toContain("not good");
    await ann.close();
  });

  test("scrolls only where there is something to scroll, with scrollbars that take space", async () => {
    const ann = await openChat(kit.browser, stage.url, { viewport: { width: 1180, height: 800 } });
    await ann.message("Hello from the other");
    const scrolls = (selector: string) =>
      ann.page.locator(selector).evaluate((box) => box.scrollHeight > box.clientHeight);
    expect(await scrolls("html")).toBe(false);
    const field = ann.page.locator("#text");
    for (const text of ["one line", "two\nlines", "three\n\nlines"]) {
      await field.fill(text);
      expect(await scrolls("#text"), text).toBe(false);
    }
    const lines = "line\n".repeat(60);
    await field.fill(lines);
    expect(await scrolls("#text")).toBe(true);
    await ann.close();
  });

  test("nothing is cut at 200 % text, and forced colours mark the current room", async () => {
    const ann = await openChat(kit.browser, stage.url, {
      viewport: { width: 1180, height: 800 },
      forcedColors: "active",
    });
    await ann.message("Hello from the other");
    await ann.page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    const cut = await ann.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("body *")]
        .filter(
          (element) =>
            element.checkVisibility() && !element.matches(".unseen, .follows .meta, .scroll, .people, textarea"),
        )
        .filter((element) => getComputedStyle(element).overflowX !== "visible")
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
        .map((element) => element.className),
    );
    expect(cut).toEqual([]);
    expect(await ann.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const mark = await ann.page
      .locator("#rooms [aria-current]")
      .evaluate((link) => getComputedStyle(link).borderInlineStartWidth);
    expect(mark).not.toBe("0px");
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
