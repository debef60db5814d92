/** What visitors do about messages: report, hide, remove, appeal; and what becomes of a message that is removed. */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LONG_PRESS_MS } from "../../../public/src/chat/limits.ts";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";
import { type DeskPage, openDesk, POLICY } from "../../helpers/desk-page.ts";
import { violations } from "./axe.ts";

const TOMBSTONE = "This message was removed.";

describeInBrowser("visitors and moderators", (kit) => {
  let product: Product;
  let ana: DeskPage;
  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory" },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} } },
    );
    ana = await openDesk(kit.browser, product);
    await ana.put(POLICY, "for these tests");
  });
  afterAll(async () => {
    await ana.close();
    await product.close();
  });

  /** Does something by the menu of a message. */
  async function choose(chat: ChatPage, text: string, item: string | RegExp): Promise<void> {
    const row = await chat.message(text);
    await row.hover();
    await row.getByRole("button", { name: "More" }).click();
    await chat.page.getByRole("menuitem", { name: item }).click();
  }
  const told = (chat: ChatPage, sentence: string) => chat.page.locator("#told", { hasText: sentence }).waitFor();

  /** A finger on the middle of something. */
  async function touch(chat: ChatPage, on: Locator) {
    const box = await on.boundingBox();
    if (box === null) throw new Error("nothing to press");
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const devtools = await chat.context.newCDPSession(chat.page);
    const send = async (type: "touchStart" | "touchMove" | "touchEnd", down?: number) => {
      const touchPoints = down === undefined ? [] : [{ x, y: y + down }];
      await devtools.send("Input.dispatchTouchEvent", { type, touchPoints });
    };
    await send("touchStart", 0);
    return { move: (down: number) => send("touchMove", down), lift: () => send("touchEnd") };
  }

  async function two(path: string): Promise<[ChatPage, ChatPage]> {
    const [ann, bob] = [
      await openChat(kit.browser, product.url, { path }),
      await openChat(kit.browser, product.url, { path }),
    ];
    await bob.rename("Bob");
    return [ann, bob];
  }

  test("a report is one case, however often it is made, and says why", async () => {
    const [ann, bob] = await two("/r/reports");
    await bob.say("something rude");
    for (const reason of ["rude", "still rude"]) {
      await choose(ann, "something rude", "Report…");
      await ann.page.getByLabel("What is wrong with it?").fill(reason);
      expect(await violations(ann.page)).toEqual([]);
      await ann.page.keyboard.press("Enter");
      await told(ann, "Reported");
    }
    await ana.waiting("something rude");
    await ana.page.locator(".row-text", { hasText: "something rude" }).click();
    await ana.page.locator(".facts", { hasText: "One report" }).getByText("rude", { exact: true }).waitFor();
    expect(await ana.page.locator(".row-text", { hasText: "something rude" }).count()).toBe(1);
    await ana.keys("r");
    await ana.told("Removed");
    for (const chat of [ann, bob]) await chat.message(TOMBSTONE);
    const late = await openChat(kit.browser, product.url, { path: "/r/reports" });
    await late.message(TOMBSTONE);
    expect(await violations(late.page)).toEqual([]);
    expect(await late.texts()).not.toContain("something rude");
    await choose(bob, TOMBSTONE, "Ask a moderator to look again");
    await told(bob, "look at it again");
    await ana.page.locator(".case-row", { hasText: "appealed" }).first().waitFor();
    for (const chat of [ann, bob, late]) await chat.close();
  });

  test("one removes one's own message, and nobody else's", async () => {
    const [ann, bob] = await two("/r/removals");
    await bob.say("I did not mean that");
    await ann.message("I did not mean that");
    const row = await ann.message("I did not mean that");
    await row.hover();
    await row.getByRole("button", { name: "More" }).click();
    await ann.page.locator("[role=menuitem]:focus").waitFor();
    expect(await ann.page.getByRole("menuitem").allTextContents()).toEqual([
      "Report…",
      "Hide Bob here",
      "Copy text",
      "Copy link",
    ]);
    await ann.page.keyboard.press("Escape");
    await row.locator(".more:focus").waitFor();
    await choose(bob, "I did not mean that", "Remove");
    for (const chat of [ann, bob]) await chat.message(TOMBSTONE);
    await ann.close();
    await bob.close();
  });

  test("whom somebody hides is hidden in that browser, after a reload too, until shown again", async () => {
    const [ann, bob] = await two("/r/hiding");
    await bob.say("blah blah");
    await choose(ann, "blah blah", "Hide Bob here");
    await told(ann, "Bob is hidden");
    await expect.poll(() => ann.texts()).toEqual([]);
    await ann.page.evaluate(() => Object.defineProperty(document, "hidden", { configurable: true, get: () => true }));
    await bob.say("more blah");
    await bob.message("more blah", "delivered");
    const cid = await openChat(kit.browser, product.url, { path: "/r/hiding" });
    await cid.say("to be read");
    await ann.message("to be read");
    expect(await ann.page.title()).toBe("(1) #hiding · Asterism");
    await ann.page.reload();
    await ann.message("to be read");
    expect(await ann.texts()).toEqual(["to be read"]);
    await cid.close();
    await ann.page.getByRole("button", { name: "Show hidden people" }).click();
    await ann.message("more blah");
    await ann.close();
    await bob.close();
  });

  test("only the author reads that the moderator masked something, and asks again by keyboard alone", async () => {
    const [ann, bob] = await two("/r/masks");
    await bob.say("I like potato");
    const own = await bob.message("I like ******", "starred");
    await own.locator(".fate-text", { hasText: "Masked by the moderator" }).waitFor();
    const other = await ann.message("I like ******", "starred");
    expect(await other.locator(".fate-text").textContent()).toBe("");
    await bob.page.locator("#scroll").focus();
    await bob.page.keyboard.press("ArrowUp");
    await bob.page.keyboard.press("Tab");
    await bob.page.keyboard.press("Enter");
    await bob.page.locator("[role=menuitem]:focus", { hasText: "look again" }).waitFor();
    await bob.page.keyboard.press("Enter");
    await told(bob, "look at it again");
    await ana.waiting("I like potato");
    await ana.page.locator(".row-text", { hasText: "I like potato" }).click();
    await ana.page.locator(".case .quote", { hasText: "I like potato" }).nth(1).waitFor();
    await ana.keys("a");
    await ana.told("Approved");
    // The stars go where the message stands, for those who come later too.
    for (const chat of [ann, bob]) await chat.message("I like potato", "delivered");
    const late = await openChat(kit.browser, product.url, { path: "/r/masks" });
    await late.message("I like potato");
    expect(await late.texts()).toEqual(["I like potato"]);
    await late.close();
    await ann.close();
    await bob.close();
  });

  test("a held message says that it waits, and what became of it", async () => {
    const [ann, bob] = await two("/r/held");
    await bob.say("see https://held.example/a");
    await (await bob.message("see https://held.example/a"))
      .locator(".fate-text", { hasText: "Waits for a moderator" })
      .waitFor();
    expect(await ann.texts()).toEqual([]);
    await ana.waiting("https://held.example/a");
    await ana.page.locator(".row-text", { hasText: "held.example" }).click();
    await ana.keys("a");
    await ann.message("see https://held.example/a");
    await bob.message("see https://held.example/a", "delivered");
    await ann.close();
    await bob.close();
  });

  test("a blocked message says what the rule says, its text is back in the field, and nobody else sees it", async () => {
    const [ann, bob] = await two("/r/blocked");
    await bob.say("what a grunter");
    const row = await bob.message("what a grunter", "refused");
    expect(await row.locator(".fate-text").textContent()).toBe("Refused: That word is not used here.");
    expect(await bob.page.locator("#text").inputValue()).toBe("what a grunter");
    await bob.say("what a fellow");
    await ann.message("what a fellow");
    expect(await ann.texts()).toEqual(["what a fellow"]);
    await ann.close();
    await bob.close();
  });

  test("a long press opens the menu of a message, which copies its text too; a finger that scrolls does not", async () => {
    const bob = await openChat(kit.browser, product.url, { path: "/r/touch" });
    await bob.say("hold your finger here");
    await bob.message("hold your finger here", "delivered");
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, clock: true };
    const ann = await openChat(kit.browser, product.url, {
      path: "/r/touch",
      permissions: ["clipboard-read", "clipboard-write"],
      ...phone,
    });
    const text = (await ann.message("hold your finger here")).locator(".text");
    const menu = ann.page.locator("#message-menu");
    const finger = await touch(ann, text);
    expect(await menu.isVisible()).toBe(false);
    await ann.pass(LONG_PRESS_MS);
    await menu.getByRole("menuitem", { name: "Report…" }).waitFor();
    await finger.lift();
    expect(await menu.isVisible()).toBe(true);
    await menu.getByRole("menuitem", { name: "Copy text" }).tap();
    await told(ann, "The text is copied.");
    expect(await ann.page.evaluate(() => navigator.clipboard.readText())).toBe("hold your finger here");
    await menu.waitFor({ state: "hidden" });
    const again = await touch(ann, text);
    await ann.pass(LONG_PRESS_MS);
    await again.lift();
    await ann.page.touchscreen.tap(180, 60);
    await menu.waitFor({ state: "hidden" });
    const scrolling = await touch(ann, text);
    await scrolling.move(30);
    await ann.pass(LONG_PRESS_MS);
    await scrolling.lift();
    expect(await menu.isVisible()).toBe(false);
    await ann.close();
    await bob.close();
  });
});
