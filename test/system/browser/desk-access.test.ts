/** The desk for everybody: axe in each view, small screens, forced colours, and what it says while the store is down. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalStore, startLocalStore } from "../../../server/local/store.ts";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { type DeskPage, openDesk, POLICY } from "../../helpers/desk-page.ts";
import { startTcpProxy, type TcpProxy } from "../../helpers/tcp-proxy.ts";
import { violations } from "./axe.ts";

const VIEWS = ["Queue", "Live", "People", "Policy", "Audit"] as const;

describeInBrowser("the desk for everybody", (kit) => {
  let folder: string;
  let store: LocalStore;
  let network: TcpProxy;
  let product: Product;
  let person: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "asterism-desk-"));
    store = await startLocalStore(join(folder, "store"));
    const access = JSON.parse(await readFile(join(folder, "store.json"), "utf8"));
    network = await startTcpProxy(Number(new URL(access.STORE_ENDPOINT).port));
    product = await startProduct(
      {
        PORT: "0",
        LOCAL_DATA: "memory",
        AWS_REGION: "us-east-1",
        ...access,
        STORE_ENDPOINT: `http://127.0.0.1:${network.port}/`,
      },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} } },
    );
    const ana = await openDesk(kit.browser, product);
    await ana.put(POLICY, "for these tests");
    const chat = await openChat(kit.browser, product.url);
    await chat.rename("Ann");
    person = (await chat.page.locator("#you-suffix").textContent()) ?? "";
    for (const text of ["Hello", "I like potato", "see https://bad.example/x", "THIS IS VERY LOUD INDEED"])
      await chat.say(text);
    await ana.waiting("THIS IS VERY LOUD");
    await ana.waiting("https://bad.example/x");
    await chat.close();
    await ana.close();
  });
  afterAll(async () => {
    await product.close();
    await network.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const isTooWide = ({ page }: DeskPage) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

  test.each([
    { name: "a desk", viewport: { width: 1280, height: 800 } },
    { name: "a phone", viewport: { width: 320, height: 640 } },
  ])("axe has nothing to say in any view, light and dark, and nothing is too wide, on $name", async ({ viewport }) => {
    const ana = await openDesk(kit.browser, product, { viewport, colorScheme: "light" });
    await ana.page.locator(".row-text").first().click();
    await ana.page.locator(".case .facts").first().waitFor();
    expect(await violations(ana.page)).toEqual([]);
    expect(await isTooWide(ana)).toBe(false);
    for (const view of VIEWS.slice(1)) {
      await ana.view(view);
      if (view === "Audit") await ana.page.locator(".audit tbody tr").first().waitFor();
      if (view === "Policy") await ana.page.getByLabel("Take a word into a list").fill("oink");
      if (view === "Policy") await ana.keys("Enter");
      expect(await violations(ana.page), view).toEqual([]);
      expect(await isTooWide(ana), view).toBe(false);
    }
    await ana.view("Policy");
    for (const part of ["Rules", "Rooms", "As JSON", "History"]) {
      await ana.page.getByRole("button", { name: part }).click();
      if (part === "Rules") await ana.page.locator(".rule summary").first().click();
      expect(await violations(ana.page), part).toEqual([]);
      expect(await isTooWide(ana), part).toBe(false);
    }
    await ana.page.goto(`${product.url}/moderate#people/${person}`);
    await ana.page.getByRole("heading", { level: 2, name: /^Ann/ }).waitFor();
    expect(await violations(ana.page)).toEqual([]);
    expect(await isTooWide(ana)).toBe(false);
    if (viewport.width > 500) {
      await ana.keys("?");
      await ana.page.getByRole("dialog", { name: "Keys" }).waitFor();
      expect(await violations(ana.page)).toEqual([]);
    }
    expect(ana.problems).toEqual([]);
    await ana.close();
  });

  test("in forced colours the chosen view, filter and case are marked", async () => {
    const ana = await openDesk(kit.browser, product, { forcedColors: "active" });
    await ana.page.locator("[data-case][aria-current]").waitFor();
    for (const chosen of ["nav [aria-current]", ".chip[aria-pressed=true]", "[data-case][aria-current]"]) {
      const outline = await ana.page
        .locator(chosen)
        .first()
        .evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outline, chosen).toBe("solid");
    }
    await ana.close();
  });

  test("keys rest while somebody writes, and when somebody turned them off", async () => {
    const ana = await openDesk(kit.browser, product);
    const reason = ana.page.getByLabel(/^Reason/);
    await reason.fill("");
    await reason.pressSequentially("adr?");
    expect(await reason.inputValue()).toBe("adr?");
    expect(await ana.page.locator(".row-text").count()).toBe(2);
    await reason.blur();
    await ana.keys("?");
    await ana.page.getByLabel("Use single keys").uncheck();
    await ana.keys("Escape", "3");
    expect(await ana.page.getByRole("heading", { level: 1 }).textContent()).toBe("Queue");
    await ana.close();
  });

  test("the selection moves by j and k with the focus, and the live region says what happened once", async () => {
    const ana = await openDesk(kit.browser, product);
    await ana.page.locator("[data-case][aria-current]").waitFor();
    const focused = () => ana.page.evaluate(() => document.activeElement?.textContent ?? "");
    await ana.keys("j");
    await ana.page.locator("[data-case][aria-current]:focus", { hasText: "VERY LOUD" }).waitFor();
    await ana.keys("k");
    await ana.page.locator("[data-case][aria-current]:focus", { hasText: "bad.example" }).waitFor();
    expect(await focused()).toContain("bad.example");
    expect(await ana.page.locator("#announce").textContent()).toBe("");
    await ana.close();
  });

  test("while the store is down the desk keeps what it shows, says so, and goes on by itself", async () => {
    const ana = await openDesk(kit.browser, product);
    await ana.page.locator("[data-case][aria-current]").waitFor();
    await ana.page.getByLabel(/^Reason/).fill("a long thought");
    network.refuse(true);
    await ana.page.getByLabel(/^Reason/).blur();
    await ana.page.getByRole("button", { name: "Approve" }).click();
    await ana.page.getByRole("alert").filter({ hasText: "The store cannot be reached" }).first().waitFor();
    expect(await ana.page.locator(".row-text").count()).toBe(2);
    expect(await ana.page.getByLabel(/^Reason/).inputValue()).toBe("a long thought");
    expect(await violations(ana.page)).toEqual([]);
    network.refuse(false);
    await ana.page.locator(".banner").waitFor({ state: "detached" });
    await ana.page.getByRole("button", { name: "Approve" }).click();
    await ana.told("Approved");
    await ana.close();
  });
});
