/** The chat in a page of another site: two origins, which the browser keeps apart. */
import type { BrowserContext, FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { CLIENT, type StandingProvider, startProvider } from "../../helpers/oidc-provider.ts";
import { type Site, startSite } from "../../helpers/site.ts";
import { violations } from "./axe.ts";

const quiet = { info() {}, error() {} };

describeInBrowser("the chat in another site's page", (kit) => {
  let product: Product;
  let site: Site;
  let chat: string;
  let attributes = 'data-room="garden"';
  beforeAll(async () => {
    site = await startSite(
      () =>
        `<!doctype html><html lang="en"><title>A garden</title><main><h1>A garden</h1>
        <script src="${chat}/embed.js" ${attributes} async></script></main></html>`,
    );
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory", LOCAL_BATCH_INTERVAL_MS: "0", EMBED_ORIGINS: site.url },
      { pageFolder: kit.pageFolder, log: quiet },
    );
    // Another name of this machine is another site to the browser.
    chat = product.url.replace("127.0.0.1", "localhost");
  });
  afterAll(async () => {
    await site.close();
    await product.close();
  });

  async function visit(context: BrowserContext): Promise<{ page: Page; frame: FrameLocator; problems: string[] }> {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.goto(site.url);
    const frame = page.frameLocator("iframe");
    return { page, frame, problems };
  }
  const connected = (frame: FrameLocator) => frame.locator("#connection[data-state=connected]").waitFor();

  test("chats there, as somebody whom a reload does not change, with a cookie of its own", async () => {
    const context = await kit.browser.newContext({ locale: "en-GB" });
    const { page, frame, problems } = await visit(context);
    await connected(frame);
    await frame.locator("#text").fill("I like Potato");
    await frame.locator("#text").press("Enter");
    await frame.locator(".message.own[data-fate=starred]", { hasText: "I like ******" }).waitFor();
    await frame.locator("#you-open").or(frame.locator(".side-button")).first().waitFor();
    const suffix = await frame.locator("#you-suffix").textContent();
    const cookies = await context.cookies(chat);
    expect(cookies.map(({ name, sameSite, secure, httpOnly }) => ({ name, sameSite, secure, httpOnly }))).toEqual([
      { name: "asterism_embedded_identity", sameSite: "None", secure: true, httpOnly: true },
    ]);
    await page.reload();
    await connected(frame);
    await frame.locator(".message.own", { hasText: "I like ******" }).waitFor();
    expect(await frame.locator("#you-suffix").textContent()).toBe(suffix);

    // In a window of its own the same browser is somebody else: the site around the frame learns nothing of that.
    const alone = await context.newPage();
    await alone.goto(`${chat}/r/garden`);
    await alone.locator("#connection[data-state=connected]").waitFor();
    expect(await alone.locator("#you-suffix").textContent()).not.toBe(suffix);
    expect(problems).toEqual([]);
    await context.close();
  });

  test("wears the colours of the address as far as they can be read, shows one room, and axe finds nothing", async () => {
    attributes = 'data-room="garden" data-title="Garden talk" data-paper="#808080" data-accent="#ffee00"';
    const context = await kit.browser.newContext({ locale: "en-GB", viewport: { width: 420, height: 700 } });
    const { page, frame, problems } = await visit(context);
    await connected(frame);
    const ben = await openChat(kit.browser, product.url, { path: "/r/garden" });
    await ben.say("hello from outside");
    await frame.locator(".message", { hasText: "hello from outside" }).waitFor();
    expect(await page.locator("iframe").getAttribute("title")).toBe("Garden talk");
    await frame.locator(".side-button").click();
    await frame.locator("#people").waitFor();
    expect(await frame.locator("#rooms").isVisible()).toBe(false);
    await page.keyboard.press("Escape");
    expect(await frame.locator("html").evaluate((root) => getComputedStyle(root).colorScheme)).toBe("light");
    const alone = await context.newPage();
    await alone.goto(`${chat}/r/garden?embed&paper=101820&accent=336699`);
    await alone.locator("#connection[data-state=connected]").waitFor();
    await alone.locator(".message", { hasText: "hello from outside" }).waitFor();
    expect(await violations(alone)).toEqual([]);
    await alone.goto(`${chat}/r/garden?embed&paper=808080&accent=ffee00`);
    await alone.locator(".message", { hasText: "hello from outside" }).waitFor();
    expect(await violations(alone)).toEqual([]);
    expect(problems).toEqual([]);
    await ben.close();
    await context.close();
  });

  test("comes by a script of at most 2 KB", async () => {
    const script = await (await fetch(`${product.url}/embed.js`)).arrayBuffer();
    expect(script.byteLength).toBeGreaterThan(100);
    expect(script.byteLength).toBeLessThanOrEqual(2_048);
  });

  test("is shown by no site that is not named", async () => {
    const stranger = await startSite(
      () => `<!doctype html><title>x</title><iframe src="${chat}/r/garden?embed"></iframe>`,
    );
    const page = await kit.browser.newPage();
    const refused = page.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
    await page.goto(stranger.url);
    await refused;
    expect(await page.frameLocator("iframe").locator("#connection").count()).toBe(0);
    await page.close();
    await stranger.close();
  });
});

describeInBrowser("signing in from a frame", (kit) => {
  let product: Product;
  let provider: StandingProvider;
  let site: Site;
  let chat: string;
  beforeAll(async () => {
    site = await startSite(
      () =>
        `<!doctype html><title>A garden</title><main><script src="${chat}/embed.js" data-room="members" async></script></main>`,
    );
    // The provider knows our address beforehand, so the port is chosen before it is.
    const place = await startSite(() => "");
    const { port } = new URL(place.url);
    await place.close();
    chat = `http://localhost:${port}`;
    provider = await startProvider([`${chat}/sign-in/return`]);
    provider.people.set("ana", { name: "Ana", email: "ana@example.com", isVerified: true });
    product = await startProduct(
      {
        PORT: port,
        LOCAL_DATA: "memory",
        EMBED_ORIGINS: site.url,
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: CLIENT.id,
        OIDC_CLIENT_SECRET: CLIENT.secret,
        SIGN_IN: "required",
      },
      { pageFolder: kit.pageFolder, log: quiet },
    );
  });
  afterAll(async () => {
    await site.close();
    await product.close();
    await provider.close();
  });

  /** The window that the frame opened, up to what remains to be agreed to. */
  async function signInWindow(page: Page): Promise<Page> {
    const opened = page.waitForEvent("popup");
    await page.frameLocator("iframe").locator("#sign-in").click();
    const popup = await opened;
    await popup.locator("input[name=login]").fill("ana");
    await popup.locator("input[name=password]").fill("any");
    await popup.locator("button[type=submit]").click();
    return popup;
  }

  test("the frame opens a window, and is signed in when that is done", async () => {
    const context = await kit.browser.newContext({ locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(site.url);
    const frame = page.frameLocator("iframe");
    const popup = await signInWindow(page);
    const closed = popup.waitForEvent("close");
    await popup.locator("button[type=submit]", { hasText: "Continue" }).click();
    await closed;
    await frame.locator("#connection[data-state=connected]").waitFor();
    expect(await frame.locator("#you-name").textContent()).toBe("Ana");
    await context.close();
  });

  test("a word that is good no more is told in the frame's language, and the button stays", async () => {
    const context = await kit.browser.newContext({ locale: "de" });
    await context.route("**/signed-in?embed", (route) => route.continue({ postData: '{"word":"an old one"}' }));
    const page = await context.newPage();
    await page.goto(site.url);
    const frame = page.frameLocator("iframe");
    const popup = await signInWindow(page);
    await popup.locator("button[type=submit]", { hasText: "Continue" }).click();
    await frame.locator("#told", { hasText: "Diese Anmeldung wurde nicht in diesem Browser begonnen" }).waitFor();
    await frame.locator("#sign-in").waitFor();
    await context.close();
  });
});
