/** The desk as moderators use it, over the real server in local mode: what waits, what is decided, and what follows. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { openDesk, POLICY } from "../../helpers/desk-page.ts";

describeInBrowser("the desk", (kit) => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory" },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} } },
    );
    const first = await openDesk(kit.browser, product);
    await first.put(POLICY, "for these tests");
    await first.close();
  });
  afterAll(async () => await product.close());

  test("a visitor finds no desk, and a link signs in once", async () => {
    const context = await kit.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${product.url}/moderate`);
    await page.getByRole("heading", { name: "This page is for moderators" }).waitFor();
    const link = product.moderatorLink() ?? "";
    await page.goto(link);
    await page.getByRole("navigation", { name: "Views" }).waitFor();
    expect(page.url()).not.toContain("key=");
    const other = await (await kit.browser.newContext()).newPage();
    await other.goto(link);
    await other.getByRole("heading", { name: "This page is for moderators" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${product.url}/`);
    await page.goto(`${product.url}/moderate`);
    await page.getByRole("heading", { name: "This page is for moderators" }).waitFor();
    await other.context().close();
    await context.close();
  });

  test("by keyboard: what waits is decided, somebody is muted, a word is taken in, and the audit has all of it", async () => {
    const ann = await openChat(kit.browser, product.url, { path: "/r/beds" });
    const bob = await openChat(kit.browser, product.url, { path: "/r/beds" });
    const ana = await openDesk(kit.browser, product);
    await bob.rename("Bob");
    await bob.say("turnips for everybody");
    await bob.message("turnips for everybody", "delivered");
    await bob.say("my shop: https://shop.example/seeds");
    await bob.say("and https://shop.example/more");
    await ana.waiting("https://shop.example/more");

    // The first case is looked at already.
    await ana.page.locator(".case-head", { hasText: "Bob" }).waitFor();
    await ana.page.locator(".facts", { hasText: "links" }).first().waitFor();
    await ana.keys("a");
    await ana.told("Approved");
    await ann.message("my shop: https://shop.example/seeds");
    await ana.page.locator(".case .quote", { hasText: "shop.example/more" }).first().waitFor();
    await ana.keys("m");
    await ana.told("Muted for an hour");
    await ana.keys("d");
    await ana.told("Denied");
    // Bob reads it before he goes on.
    await bob.message("and https://shop.example/more", "refused");
    await bob.say("let me speak");
    await bob.message("let me speak", "refused");

    await ana.keys("4");
    await ana.page.getByLabel("Take a word into a list").fill("turnips");
    await ana.keys("Enter");
    await ana.page.locator("#try-text").fill("T.U.R.N.I.P.S!");
    await ana.page.locator(".proving .hit", { hasText: "hits turnips" }).waitFor();
    await ana.page.getByRole("button", { name: "Save…" }).click();
    await ana.page.getByLabel("in the room").fill("beds");
    const before = ana.page.locator(".save");
    await before.getByText("One line changes of the last 4 messages in beds.").waitFor();
    await before.locator(".backtest li", { hasText: "turnips for everybody" }).waitFor();
    await ana.page.locator("[name=reason]").fill("no turnips");
    await ana.keys("Enter");
    await ana.told("Saved");

    await ana.view("Audit");
    for (const did of ["approved", "mute", "denied", "save-policy"]) {
      await ana.page.locator(".audit tr", { hasText: "Ana" }).locator(".badge", { hasText: did }).first().waitFor();
    }
    expect(ana.problems).toEqual([]);
    for (const page of [ann, bob, ana]) await page.close();
  });

  test("two moderators who decide at once: one outcome, and the other is told whose", async () => {
    const chat = await openChat(kit.browser, product.url);
    const [ana, ben] = [await openDesk(kit.browser, product), await openDesk(kit.browser, product, { name: "Ben" })];
    await chat.say("look at https://twice.example/x");
    for (const desk of [ana, ben]) {
      await desk.waiting("https://twice.example/x");
      await desk.page.locator(".row-text", { hasText: "twice.example" }).click();
      await desk.page.locator(".case .quote", { hasText: "twice.example" }).first().waitFor();
    }
    await Promise.all([ana.keys("a"), ben.keys("d")]);
    // Whoever came second reads who decided, and how.
    const [one, other] = [ana, ben].map(({ page }) =>
      page.locator(".decided", { hasText: /(approved|denied) by (Ana|Ben)/ }),
    );
    await Promise.any([one?.waitFor(), other?.waitFor()]);
    await ana.view("Audit");
    const decisions = ana.page
      .locator(".audit tr")
      .filter({ has: ana.page.locator('.badge[data-is="approved"], .badge[data-is="denied"]') });
    await decisions.first().waitFor();
    const ofThis = await decisions.allTextContents();
    expect(ofThis.filter((text) => text.includes("lobby"))).toHaveLength(1);
    for (const page of [chat, ana, ben]) await page.close();
  });

  test("a case that somebody else decides says so where it is looked at", async () => {
    const chat = await openChat(kit.browser, product.url);
    const [ana, ben] = [await openDesk(kit.browser, product), await openDesk(kit.browser, product, { name: "Ben" })];
    await chat.say("look at https://other.example/x");
    for (const desk of [ana, ben]) {
      await desk.waiting("https://other.example/x");
      await desk.page.locator(".row-text", { hasText: "other.example" }).click();
      await desk.page.locator(".case .quote", { hasText: "other.example" }).first().waitFor();
    }
    await ben.keys("d");
    await ben.told("Denied");
    await ana.page.locator(".decided", { hasText: "denied by Ben" }).waitFor();
    await ana.keys("a");
    expect(await ana.page.locator(".toast").count()).toBe(0);
    for (const page of [chat, ana, ben]) await page.close();
  });

  test("a banned person's two tabs close with the reason, and a new tab stays out", async () => {
    const tab = await openChat(kit.browser, product.url);
    await tab.rename("Mallory");
    const second = await tab.tab();
    const ana = await openDesk(kit.browser, product);
    const person = await tab.page.locator("#you-suffix").textContent();
    await tab.say("HERE I AM VERY LOUD");
    await ana.view("People");
    await ana.page.getByRole("textbox", { name: "Person" }).fill(`Mallory.${person}`);
    await ana.keys("Enter");
    await ana.page.getByRole("heading", { level: 2, name: "Mallory" }).waitFor();
    await ana.page.getByLabel("Ban").check();
    await ana.page.getByLabel("How long").selectOption("1 week");
    await ana.page.getByLabel(/^Reason/).fill("nothing but noise");
    await ana.page.getByRole("button", { name: "Ban", exact: true }).click();
    await ana.told("Banned");
    await ana.page.locator(".decided", { hasText: /Banned until .*, by Ana/ }).waitFor();
    for (const { page } of [tab, second]) await page.getByText("nothing but noise").first().waitFor();
    const third = await tab.context.newPage();
    await third.goto(product.url);
    const state = third.locator("#connection-text");
    await state
      .getByText(/^You may not take part here\. You may write again on \w+,? .* \(nothing but noise\)$/)
      .waitFor();
    await third.locator("#language").selectOption("de");
    await state
      .getByText(/^Du darfst hier nicht teilnehmen\. Du kannst wieder schreiben: \w+tag, .* \(nothing/)
      .waitFor();
    expect(await third.locator("#connection[data-state=connected]").count()).toBe(0);
    await ana.page.getByRole("button", { name: "Lift" }).click();
    await ana.told("Lifted");
    for (const page of [tab, ana]) await page.close();
  });

  test("a policy that somebody else saved meanwhile is a conflict, and no word of either is lost", async () => {
    const [ana, ben] = [await openDesk(kit.browser, product), await openDesk(kit.browser, product, { name: "Ben" })];
    await ana.put(POLICY, "as at the beginning");
    for (const desk of [ana, ben]) {
      await desk.view("Policy");
      await desk.page.getByLabel("Entries of slurs").waitFor();
    }
    await ana.page.getByLabel("Take a word into a list").fill("oink");
    await ana.keys("Enter");
    await ben.page.getByLabel("Take a word into a list").fill("neigh");
    await ben.keys("Enter");
    await ben.page.getByRole("button", { name: "Save…" }).click();
    await ben.page.getByRole("button", { name: "Save for everybody" }).click();
    await ben.told("Saved");

    await ana.page.getByRole("alert").filter({ hasText: "Ben saved version" }).waitFor();
    expect(await ana.page.getByLabel("Both together").isChecked()).toBe(true);
    await ana.page.getByRole("button", { name: "Go on with this" }).click();
    expect(await ana.page.getByLabel("Entries of slurs").inputValue()).toBe("grunt*\nneigh\noink");
    await ana.page.reload();
    await ana.page.getByLabel("Entries of slurs").waitFor();
    expect(await ana.page.getByLabel("Entries of slurs").inputValue()).toBe("grunt*\nneigh\noink");
    await ana.page.getByRole("button", { name: "Save…" }).click();
    await ana.page.getByRole("button", { name: "Save for everybody" }).click();
    await ana.told("Saved");

    await ben.page.getByRole("button", { name: "History" }).click();
    await ben.page
      .locator(".versions li", { hasText: "Ana" })
      .first()
      .getByRole("button", { name: "What changed" })
      .click();
    await ben.page.locator(".looked ins", { hasText: "oink" }).waitFor();
    await ben.page.getByRole("button", { name: "Undo the last change" }).click();
    await ben.page.getByRole("button", { name: "Save for everybody" }).click();
    await ben.told("Saved");
    expect(await ben.page.getByLabel("Entries of slurs").inputValue()).toBe("grunt*\nneigh");
    expect([...ana.problems, ...ben.problems]).toEqual([]);
    for (const page of [ana, ben]) await page.close();
  });

  test("what is wrong with a policy is told while somebody types, with its place, and is not saved", async () => {
    const ana = await openDesk(kit.browser, product);
    await ana.view("Policy");
    await ana.page.getByRole("button", { name: "Rules" }).click();
    await ana.page.getByRole("button", { name: "Add a rule" }).click();
    await ana.page.locator(".problems code", { hasText: "rules[4].when.words" }).waitFor();
    expect(await ana.page.getByRole("button", { name: "Save…" }).isDisabled()).toBe(true);
    await ana.page.getByRole("button", { name: "Throw away" }).click();
    await ana.page.locator(".problems code").waitFor({ state: "detached" });
    await ana.close();
  });
});
