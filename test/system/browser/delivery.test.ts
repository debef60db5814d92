/** How the page comes to a browser: small, compressed, kept as long as it may be, and quick to be seen. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
import { openChat } from "../../helpers/chat-page.ts";
import { hold } from "../../helpers/hold.ts";
import { firstLoad, ownScriptSize } from "../../helpers/page-size.ts";

const KB = 1_000;

test("our own code is under 24 KB gzipped", async () => {
  const size = await ownScriptSize();
  expect(size).toBeGreaterThan(5 * KB);
  expect(size).toBeLessThan(24 * KB);
});

test("the desk's code is under 40 KB gzipped, its templates included", async () => {
  const size = await ownScriptSize("moderate");
  expect(size).toBeGreaterThan(5 * KB);
  expect(size).toBeLessThan(40 * KB);
});

describeInBrowser("the first visit", (kit) => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory" },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} } },
    );
  });
  afterAll(async () => await product.close());

  test("loads everything, SDK included, in under 80 KB over the wire, all from one origin", async () => {
    const { bytes, origins } = await firstLoad(kit.browser, product.url);
    expect(bytes).toBeGreaterThan(30 * KB);
    expect(bytes).toBeLessThan(80 * KB);
    expect(origins).toEqual([product.url]);
  });

  test("nobody keeps the document, what it names is kept for a year, all of it compressed", async () => {
    const headers = { "accept-encoding": "br" };
    const document = await fetch(product.url, { headers });
    expect(document.headers.get("cache-control")).toBe("no-store");
    expect(document.headers.get("content-encoding")).toBe("br");
    const assets = [...(await document.text()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(assets).toHaveLength(4);
    for (const path of assets) {
      const asset = await fetch(`${product.url}${path}`, { headers });
      expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      const isLong = Number(asset.headers.get("content-length") ?? Number.POSITIVE_INFINITY) > KB;
      if (isLong && !path?.endsWith(".svg")) expect(asset.headers.get("content-encoding")).toBe("br");
    }
  });

  /** A page, and what it asks for beside its files: in order, and without the rooms that it looks at by and by. */
  async function listened(): Promise<{ page: Page; asked: string[] }> {
    const page = await kit.browser.newPage();
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (!pathname.startsWith("/assets/")) asked.push(pathname.replace(/.*[/](?=messages$)/, ""));
    });
    page.on("websocket", () => asked.push("socket"));
    return { page, asked };
  }

  test("asks for nothing that came with the document, and for history while its script is on the way", async () => {
    const { page, asked } = await listened();
    const giveScript = await hold(page, "**/main-*.js");
    const history = page.waitForResponse(/messages\?limit/);
    await page.goto(product.url, { waitUntil: "commit" });
    expect((await history).status()).toBe(200);
    giveScript();
    await page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });
    // The second history tells what came since.
    expect(asked).toEqual(["/", "messages", "socket", "messages"]);
    await page.close();
  });

  test("with a token that is not taken, it asks for another one, and for the history once more", async () => {
    const { page, asked } = await listened();
    await page.addInitScript(() => {
      new MutationObserver(() => {
        const start = document.querySelector("#start")?.firstChild;
        if (start instanceof Text) start.data = start.data.replace(/("token":"[^"]*)[^"]{3}"/, '$1AAA"');
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(product.url);
    await page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });
    expect(asked.filter((path) => path === "messages")).toHaveLength(2);
    expect(asked.filter((path) => path === "/auth")).toHaveLength(1);
    await page.close();
  });

  test("history that cannot be read on joining is asked for again, and one can write meanwhile", async () => {
    const eve = await openChat(kit.browser, product.url, { path: "/r/reread" });
    await eve.say("said before");
    await eve.message("said before", "delivered");
    const ann = await openChat(kit.browser, product.url, { path: "/r/elsewhere" });
    let mayRead = (): void => {};
    const isReadable = new Promise<void>((resolve) => {
      mayRead = resolve;
    });
    let refused = 0;
    await ann.page.route(/\/channels\/[^/]+\/messages\?/, async (route) => {
      if (refused < 2) {
        refused += 1;
        return await route.abort();
      }
      await isReadable;
      await route.continue();
    });
    await ann.page.goto(new URL("/r/reread", product.url).href);
    await ann.say("written meanwhile");
    await ann.message("written meanwhile", "delivered");
    expect(await ann.texts()).toEqual(["written meanwhile"]);
    mayRead();
    await ann.message("said before");
    expect(await ann.texts()).toEqual(["said before", "written meanwhile"]);
    expect(refused).toBe(2);
    await ann.close();
    await eve.close();
  });

  test("history is compressed", async () => {
    const { settings, token } = JSON.parse(
      /id="start">([^<]*)</.exec(await (await fetch(product.url)).text())?.[1] ?? "",
    );
    const history = await fetch(
      `${product.url}/channels/${encodeURIComponent(settings.channels.outbound)}/messages?pad=${"x".repeat(9)}`,
      { headers: { authorization: `Bearer ${btoa(token.token)}`, "accept-encoding": "gzip" } },
    );
    expect(history.status).toBe(200);
    expect(history.headers.get("vary")).toContain("Accept-Encoding");
    await history.arrayBuffer();
  });
});
