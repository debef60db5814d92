/** People chatting in a real Chromium, through the whole product in local mode. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";
import { hold, holdSockets } from "../../helpers/hold.ts";
import { violations } from "./axe.ts";

const quiet = { info() {}, error() {} };

describeInBrowser("the chat page", (kit) => {
  let product: Product;
  const open: ChatPage[] = [];
  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory", LOCAL_BATCH_INTERVAL_MS: "0", MAX_MESSAGE_LENGTH: "300" },
      { pageFolder: kit.pageFolder, log: quiet },
    );
  });
  afterEach(async () => {
    const pages = open.splice(0);
    for (const chat of pages) expect(chat.problems).toEqual([]);
    await Promise.all(pages.map((chat) => chat.close()));
  });
  afterAll(async () => await product.close());

  async function visit(path: string, name?: string): Promise<ChatPage> {
    const chat = await openChat(kit.browser, product.url, { path });
    open.push(chat);
    if (name !== undefined) await chat.rename(name);
    return chat;
  }

  test("two people chat; a banned word is starred for both, under the right author, with the delay beside one's own", async () => {
    const ann = await visit("/r/two", "Ann");
    const bob = await visit("/r/two", "Bob");
    await ann.say("I like Potato");
    const own = await ann.message("I like ******", "starred");
    const seen = await bob.message("I like ******", "starred");
    expect(await seen.locator(".author").textContent()).toBe("Ann");
    expect(await own.locator(".fate-text").textContent()).toMatch(/^Masked by the moderator · \d+(\.\d+)?s$/);
    expect(await own.getAttribute("class")).toContain("own");
    await bob.say("So do I");
    await ann.message("So do I", "delivered");
    expect(await bob.texts()).toEqual(["I like ******", "So do I"]);
    expect(await ann.texts()).toEqual(["I like ******", "So do I"]);
  });

  test("what the function refuses comes back with its reason, to nobody else, whatever the name", async () => {
    const ann = await visit("/r/refused", "O'Neil Мира_2");
    const bob = await visit("/r/refused");
    await ann.page.locator("#text").fill("x".repeat(301));
    expect(await ann.page.locator("#counter").textContent()).toBe("1 character too many");
    await ann.page.locator("#text").fill("");
    // a tab that was told of another limit
    await ann.context.addInitScript(() => {
      new MutationObserver(() => {
        const start = document.querySelector("#start")?.firstChild;
        if (start instanceof Text) start.data = start.data.replace('"maxMessageLength":300', '"maxMessageLength":400');
      }).observe(document, { childList: true, subtree: true });
    });
    const other = await ann.tab("/r/refused");
    await other.say("x".repeat(301));
    const row = await other.message("x".repeat(301), "refused");
    expect(await row.locator(".fate-text").textContent()).toBe("Refused: The message is too long.");
    await other.say("short");
    await bob.message("short");
    expect(await bob.texts()).toEqual(["short"]);
  });

  test("what is typed while the page loads stays, and what is sent before it is connected goes out", async () => {
    const context = await kit.browser.newContext();
    const page = await context.newPage();
    const giveScript = await hold(page, "**/main-*.js");
    const letSocketOpen = await holdSockets(page);
    await page.goto(`${product.url}/r/hurry`, { waitUntil: "commit" });
    const field = page.locator("#text");
    await field.fill("in a hurry");
    giveScript();
    await page.locator("#send:enabled").waitFor();
    expect(await field.inputValue()).toBe("in a hurry");
    await field.press("Enter");
    letSocketOpen();
    await page.locator(".message[data-fate=delivered]", { hasText: "in a hurry" }).waitFor();
    expect(await field.inputValue()).toBe("");
    await context.close();
  });

  test("rooms do not hear each other, and are remembered", async () => {
    const garden = await visit("/r/garden");
    await garden.say("only for gardeners");
    await garden.message("only for gardeners", "delivered");
    await garden.page.locator("#room-name").fill("#Green House");
    await garden.page.locator("#room-name").press("Enter");
    await garden.page.waitForURL("**/r/green-house");
    await garden.until("connected");
    await garden.page.locator("#empty").waitFor();
    expect(await garden.page.locator("#rooms a").allTextContents()).toEqual(["Lobby", "#green-house", "#garden"]);
    await garden.page.getByRole("link", { name: "#garden" }).click();
    await garden.message("only for gardeners", "delivered");
    expect(await garden.page.title()).toBe("#garden · Asterism");
  });

  test("a room name that cannot be is refused with a reason", async () => {
    const ann = await visit("/r/names");
    await ann.page.locator("#room-name").fill("Gärten!");
    await ann.page.locator("#room-name").press("Enter");
    expect(await ann.page.locator("#room-error").textContent()).toContain("1 to 40 letters");
  });

  test("shows who is here and who is typing", async () => {
    const ann = await visit("/r/people", "Ann");
    const bob = await visit("/r/people", "Bob");
    await ann.page.locator("#people li", { hasText: "Bob" }).waitFor();
    expect(await ann.people()).toEqual(["Ann (you)", "Bob"]);
    await bob.page.locator("#text").pressSequentially("Hel");
    await ann.page.locator("#typing", { hasText: "Bob is typing…" }).waitFor();
    await bob.page.locator("#text").press("Enter");
    await ann.message("Hel", "delivered");
    await ann.page.locator("#typing").getByText("Bob").waitFor({ state: "hidden" });
    await bob.page.goto("about:blank");
    await ann.page.locator("#people li", { hasText: "Bob" }).waitFor({ state: "detached" });
  });

  test("a name with a banned word is refused with the reason, and the old one stays", async () => {
    const ann = await visit("/r/name", "Ann");
    await ann.page.locator("#you-open").click();
    await ann.page.locator("#new-name").fill("Potato");
    await ann.page.locator("#new-name").press("Enter");
    await ann.page.locator("#name-error", { hasText: "not allowed" }).waitFor();
    await ann.page.keyboard.press("Escape");
    expect(await ann.page.locator("#you-name").textContent()).toBe("Ann");
    // The refusal is a 400, which the browser itself puts on the console.
    expect(ann.problems.splice(0)).toEqual([expect.stringContaining("400")]);
  });

  test("look-alikes of a present name are told apart by suffix and colour", async () => {
    const ann = await visit("/r/twins", "Ann");
    const twin = await visit("/r/twins", "Аnn"); // the first letter is Cyrillic
    await ann.page.locator("#people li:nth-child(2)").waitFor();
    await twin.say("I am Ann");
    const row = await ann.message("I am Ann");
    const suffix = await twin.page.locator("#you-suffix").textContent();
    expect(await row.locator(".suffix").textContent()).toBe(suffix);
    await ann.page.locator("#people .suffix").nth(1).waitFor();
    const hues = await ann.page
      .locator("#people .avatar")
      .evaluateAll((all) => all.map((one) => one.getAttribute("data-hue")));
    expect(new Set(hues).size).toBe(2);
  });

  test("a second tab is the same person, and a new name in one is a new name in both", async () => {
    const ann = await visit("/r/tabs", "Ann");
    const second = await ann.tab();
    await second.page.locator("#you-name").getByText("Ann", { exact: true }).waitFor();
    await ann.say("from the first tab");
    const row = await second.message("from the first tab", "delivered");
    expect(await row.getAttribute("class")).toContain("own");
    await expect.poll(() => ann.people(), { timeout: 20_000 }).toEqual(["Ann (you)"]);
    await second.rename("Anna");
    await ann.page.locator("#you-name").getByText("Anna", { exact: true }).waitFor();
    await ann.page.reload();
    await ann.until("connected");
    expect(await ann.page.locator("#you-name").textContent()).toBe("Anna");
    // What one said under an earlier name stays one's own.
    const earlier = await ann.message("from the first tab", "delivered");
    expect(await earlier.locator(".author").textContent()).toBe("You");
    expect(await earlier.getAttribute("class")).toContain("own");
  });

  test("two tabs that take different names at once end with one of them, and what each says is one's own in both", async () => {
    const first = await visit("/r/at-once", "Ann");
    const second = await first.tab();
    await second.page.locator("#you-name").getByText("Ann", { exact: true }).waitFor();
    const tabs = [
      { tab: first, name: "Anna", text: "from the first" },
      { tab: second, name: "Bea", text: "from the second" },
    ];
    const ask = await Promise.all(tabs.map(({ tab }) => hold(tab.page, "**/auth?*name=*")));
    for (const { tab, name, text } of tabs) {
      const asked = tab.page.waitForRequest("**/auth?*name=*");
      await tab.say(text);
      await tab.page.locator("#you-open").click();
      await tab.page.locator("#new-name").fill(name);
      await tab.page.locator("#new-name").press("Enter");
      await asked;
    }
    for (const go of ask) go();

    for (const { tab } of tabs) await tab.page.locator("#you-dialog").waitFor({ state: "hidden" });
    const third = await first.tab();
    const name = await third.page.locator("#you-name").textContent();
    expect(["Anna", "Bea"]).toContain(name);
    for (const { tab } of [...tabs, { tab: third }]) {
      await expect.poll(() => tab.people()).toEqual([`${name} (you)`]);
      for (const { text } of tabs) {
        const row = await tab.message(text, "delivered");
        expect(await row.getAttribute("class")).toContain("own");
      }
    }
  });

  test("leaving forgets the identity, in every tab; joining again is somebody new", async () => {
    const ann = await visit("/r/leaving", "Ann");
    const second = await ann.tab();
    const before = await ann.page.locator("#you-suffix").textContent();
    await ann.page.locator("#you-open").click();
    await ann.page.locator("#leave").click();
    await ann.until("left");
    await second.until("left");
    for (const { page } of [ann, second]) {
      expect(await page.locator("#people li").count()).toBe(0);
      expect(await page.locator("#you").isHidden()).toBe(true);
    }
    expect(
      await ann.page.evaluate(() => Object.keys(localStorage).filter((key) => /^asterism:(?!rooms)/.test(key))),
    ).toEqual([]);
    await ann.page.getByRole("button", { name: "Join again" }).click();
    await ann.until("connected");
    expect(await ann.page.locator("#you-name").textContent()).toBe("Guest");
    expect(await ann.page.locator("#you-suffix").textContent()).not.toBe(before);
  });

  test("counts unread messages in the title of a tab that nobody looks at", async () => {
    const ann = await visit("/r/unread", "Ann");
    const bob = await visit("/r/unread", "Bob");
    await ann.page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    });
    await bob.say("are you there?");
    await bob.say("hello?");
    await ann.message("hello?");
    await ann.page.waitForFunction(() => document.title === "(2) #unread · Asterism");
    await ann.page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await ann.page.waitForFunction(() => document.title === "#unread · Asterism");
  });

  test("whoever is mentioned sees it, and counts it in the title of a tab that nobody looks at", async () => {
    const ann = await visit("/r/mentions", "Ann");
    const bob = await visit("/r/mentions", "Bob");
    await ann.page.locator("#people li", { hasText: "Bob" }).waitFor();
    await bob.page.locator("#people li", { hasText: "Ann" }).waitFor();
    await ann.page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    });
    await bob.say("@ann and @Carl, **look** @Bob");
    await bob.say("that is all");
    const row = await ann.message("@ann and @Carl, look @Bob");
    await row.locator("strong").waitFor();
    expect(await row.locator(".mention").allTextContents()).toEqual(["@ann", "@Bob"]);
    expect(await row.locator("mark").allTextContents()).toEqual(["@ann"]);
    expect(
      await (await bob.message("@ann and @Carl, look @Bob", "delivered")).locator("mark").allTextContents(),
    ).toEqual(["@Bob"]);
    await ann.page.waitForFunction(() => document.title === "(2, @1) #mentions · Asterism");
    await ann.page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await ann.page.waitForFunction(() => document.title === "#mentions · Asterism");
  });

  test("emoji and names are completed by keyboard and by pointer, and are sent as they are shown", async () => {
    const ann = await visit("/r/completion", "Ann");
    await visit("/r/completion", "Bob");
    await ann.page.locator("#people li", { hasText: "Bob" }).waitFor();
    const field = ann.page.locator("#text");
    const offers = ann.page.locator("#completion [role=option]");
    await field.pressSequentially("I like :toma");
    await ann.page.locator("#completion [aria-selected=true]", { hasText: "🍅 tomato" }).waitFor();
    expect(await field.getAttribute("aria-activedescendant")).toBe("offer-0");
    expect(await violations(ann.page)).toEqual([]);
    await field.press("Enter");
    expect(await field.inputValue()).toBe("I like 🍅");
    await field.pressSequentially(" :honey_pot:");
    await expect.poll(() => field.inputValue()).toBe("I like 🍅 🍯");
    await field.pressSequentially(" @b");
    await offers.filter({ hasText: "@Bob" }).click();
    expect(await field.inputValue()).toBe("I like 🍅 🍯 @Bob ");
    await field.pressSequentially(":smil");
    await offers.nth(5).waitFor();
    await field.press("ArrowDown");
    expect(await field.getAttribute("aria-activedescendant")).toBe("offer-1");
    await field.press("Escape");
    await offers.first().waitFor({ state: "detached" });
    await field.press("Enter");
    const row = await ann.message("I like 🍅 🍯 @Bob :smil", "delivered");
    expect(await row.locator(".mention").allTextContents()).toEqual(["@Bob"]);
  });

  test("the list of rooms says who is in the other ones, and how much was said there since", async () => {
    const bob = await visit("/r/counted", "Bob");
    await bob.say("hello");
    await bob.message("hello", "delivered");
    // In one of the rooms nothing was said yet.
    const ann = await visit("/r/silent", "Ann");
    await ann.page.locator("#empty").waitFor();
    await ann.page.goto(`${product.url}/r/counted`);
    await ann.message("hello");
    await ann.page.goto(`${product.url}/r/elsewhere`);
    await ann.until("connected");
    const there = await bob.tab("/r/silent");
    await there.say("anybody?");
    await there.message("anybody?", "delivered");
    await bob.say("are you there?");
    await bob.say("and now?");
    await bob.message("and now?", "delivered");
    const notesOf = (room: string) => ann.page.locator("#rooms li", { hasText: room }).locator(".room-notes");
    const notes = notesOf("#counted");
    // The server looks at a room once in a while; a page that comes later is told the newer count.
    await expect
      .poll(
        async () => {
          await ann.page.reload();
          await ann.page.locator("#rooms .room-notes", { hasText: "here" }).first().waitFor();
          return [await notes.textContent(), await notesOf("#silent").textContent()];
        },
        { timeout: 40_000, interval: 3_000 },
      )
      .toEqual(["1 here 2 unread", "1 here 1 unread"]);
    await ann.page.getByRole("link", { name: "#counted" }).click();
    await ann.message("and now?");
    await ann.page.getByRole("link", { name: "#elsewhere" }).click();
    await ann.until("connected");
    await expect.poll(() => notes.textContent(), { timeout: 20_000 }).toBe("1 here ");
  });

  test("Shift+Enter breaks a line, an input method's Enter sends nothing, links are links", async () => {
    const ann = await visit("/r/writing", "Ann");
    const field = ann.page.locator("#text");
    await field.fill("first line");
    await field.press("Shift+Enter");
    await field.pressSequentially("see https://example.com/a.png");
    await field.dispatchEvent("keydown", { key: "Enter", isComposing: true });
    await field.dispatchEvent("keydown", { key: "Enter", keyCode: 229 });
    expect(await ann.page.locator(".message").count()).toBe(0);
    await field.press("Enter");
    const row = await ann.message("first line\nsee https://example.com/a.png", "delivered");
    const link = row.locator("a");
    expect(await link.getAttribute("rel")).toBe("noopener nofollow");
    expect(await link.getAttribute("href")).toBe("https://example.com/a.png");
    expect(await row.locator("img").count()).toBe(0);
  });
});
