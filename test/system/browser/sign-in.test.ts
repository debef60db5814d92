/** Signing in as visitors do it, with a real provider: where it is a choice, and where a session ends while the page is open. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { CLIENT, type StandingProvider, startProvider } from "../../helpers/oidc-provider.ts";

const TOKEN_MS = 8_000;

describeInBrowser("signing in", (kit) => {
  const redirects: string[] = [];
  let provider: StandingProvider;
  beforeAll(async () => {
    provider = await startProvider(redirects);
    provider.people.set("bob", { name: "Bob", email: "bob@example.com", isVerified: true });
  });
  afterAll(async () => await provider.close());

  async function start(visitors: "optional" | "required"): Promise<Product> {
    const oidc = { OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret };
    const product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory", SIGN_IN: visitors, ...oidc },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} }, tokenTtlMs: TOKEN_MS },
    );
    redirects.push(`${product.url}/sign-in/return`);
    return product;
  }

  /** Goes through the provider's own pages, as far as it asks. */
  async function passThrough(page: Page, origin: string): Promise<void> {
    await page.waitForURL((url) => url.origin === provider.issuer || url.origin === origin);
    await page.locator("[name=login], [name=prompt], #text").first().waitFor({ state: "attached" });
    if ((await page.locator("[name=login]").count()) > 0) {
      await page.locator("[name=login]").fill("bob");
      await page.locator("[name=password]").fill("any");
      await page.locator("[type=submit]").click();
    }
    await page.locator("[name=prompt][value=consent], #text").first().waitFor({ state: "attached" });
    if ((await page.locator("#text").count()) === 0) await page.locator("[type=submit]").click();
    await page.locator("#connection[data-state=connected]").waitFor();
  }

  test("a guest who may sign in finds the button, comes back to the room as the account, and sees it no more", async () => {
    const { url, close } = await start("optional");
    const chat = await openChat(kit.browser, url, { path: "/r/garden" });
    await chat.page.locator("#you-sign-in").click();
    await passThrough(chat.page, url);
    expect(new URL(chat.page.url()).pathname).toBe("/r/garden");
    expect(await chat.page.locator("#you-name").textContent()).toBe("Bob");
    expect(await chat.page.locator("#you-sign-in").isHidden()).toBe(true);
    await chat.close();
    await close();
  });

  test("a session that ends while the page is open is told, and nothing that was written is lost", async () => {
    const { url, close } = await start("required");
    const context = await kit.browser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    page.setDefaultTimeout(40_000);
    await page.goto(`${url}/r/garden`);
    await passThrough(page, url);
    await context.clearCookies({ name: "asterism_signed_in" });
    // The next token is refused.
    await page.locator("#connection-text", { hasText: "Your sign-in has ended" }).waitFor();
    expect(await page.locator("#try-now").isHidden()).toBe(true);
    await page.locator("#text").fill("will you wait for me?");
    await page.locator("#text").press("Enter");
    await page.locator(".message[data-fate=waiting]", { hasText: "will you wait for me?" }).waitFor();
    await page.locator("#text").fill("half a sent");
    await page.locator("#sign-in").click();
    await passThrough(page, url);
    await page.locator(".message[data-fate=delivered]", { hasText: "will you wait for me?" }).waitFor();
    expect(await page.locator("#text").inputValue()).toBe("half a sent");
    await context.close();
    await close();
  });
});
