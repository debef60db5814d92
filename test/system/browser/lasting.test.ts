/** A page that stays open for long: tokens run out, the server is restarted, with or without its secrets. */
import { afterEach, expect, test } from "vitest";
import { type Product, type ProductOptions, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { type ChatPage, openChat } from "../../helpers/chat-page.ts";

describeInBrowser("a page that stays open", (kit) => {
  const running: Product[] = [];
  let ann: ChatPage;
  afterEach(async () => {
    await ann.close();
    for (const product of running.splice(0)) await product.close();
  });

  async function start(env: Record<string, string>, options: ProductOptions = {}): Promise<Product> {
    const product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory", LOCAL_BATCH_INTERVAL_MS: "0", ...env },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} }, ...options },
    );
    running.push(product);
    return product;
  }

  /** Ends a product and starts another on the same port. */
  async function restart(product: Product, env: Record<string, string> = {}): Promise<Product> {
    await product.close();
    return await start({ ...env, PORT: new URL(product.url).port });
  }

  test("does not notice that its token is renewed", async () => {
    const product = await start({}, { tokenTtlMs: 6_000 });
    ann = await openChat(kit.browser, product.url);
    await ann.rename("Ann");
    const suffix = await ann.page.locator("#you-suffix").textContent();
    await ann.page.locator("#connection").evaluate((element) => {
      const seen: (string | undefined)[] = [];
      new MutationObserver(() => seen.push(element.dataset.state)).observe(element, {
        attributeFilter: ["data-state"],
      });
      Object.assign(window, { seen });
    });
    const renewed = () => ann.page.waitForResponse((response) => response.url().includes("/auth"));
    for (const text of ["one", "two"]) {
      await renewed();
      await ann.say(text);
      await ann.message(text, "delivered");
    }
    expect(await ann.texts()).toEqual(["one", "two"]);
    expect(await ann.page.locator("#you-suffix").textContent()).toBe(suffix);
    expect(await ann.page.evaluate("seen.filter((state) => state !== 'connected')")).toEqual([]);
  });

  test("finds a restarted server again, as the same person, and sends what waited", async () => {
    const secrets = { LOCAL_ABLY_KEY: "local.key:a-secret-for-this-test", SESSION_SECRET: "another secret of it" };
    const product = await start(secrets);
    ann = await openChat(kit.browser, product.url);
    await ann.rename("Ann");
    const suffix = await ann.page.locator("#you-suffix").textContent();
    await ann.say("before");
    await ann.message("before", "delivered");
    await product.close();
    await ann.until("lost");
    await ann.say("meanwhile");
    await ann.message("meanwhile", "waiting");
    await restart(product, secrets);
    await ann.page.locator("#try-now").click();
    await ann.message("meanwhile", "delivered");
    expect(await ann.texts()).toEqual(["before", "meanwhile"]);
    expect(await ann.page.locator("#you-suffix").textContent()).toBe(suffix);
    await ann.page.locator(".line.gap").waitFor();
  });

  test("goes on as somebody new when the server forgot its secrets, and keeps the text", async () => {
    const product = await start({});
    ann = await openChat(kit.browser, product.url);
    await product.close();
    await ann.until("lost");
    const suffix = await ann.page.locator("#you-suffix").textContent();
    await ann.say("meanwhile");
    await restart(product);
    await ann.page.locator("#try-now").click();
    const row = await ann.message("meanwhile", "failed");
    await ann.until("connected");
    expect(await ann.page.locator("#you-suffix").textContent()).not.toBe(suffix);
    await row.getByRole("button", { name: "Retry" }).click();
    await ann.message("meanwhile", "delivered");
    expect(await ann.texts()).toEqual(["meanwhile"]);
  });
});
