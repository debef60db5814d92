/** What visitors do about messages: report, hide, remove, appeal; and what becomes of a message that is removed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";
import { type DeskPage, openDesk, POLICY } from "../../helpers/desk-page.ts";

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
    expect(await ann.page.getByRole("menuitem").allTextContents()).toEqual(["Report…", "Hide Bob here", "Copy link"]);
    await ann.page.keyboard.press("Escape");
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
    expect(await ann.texts()).toEqual([]);
    await bob.say("more blah");
    await bob.message("more blah", "delivered");
    await ann.page.reload();
    await ann.until("connected");
    expect(await ann.texts()).toEqual([]);
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
});
