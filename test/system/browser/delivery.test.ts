/** How the page comes to a browser: small, compressed, kept as long as it may be, and quick to be seen. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../../server/product.ts";
import { describeInBrowser } from "../../helpers/browser.ts";
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
    expect(assets).toHaveLength(3);
    for (const path of assets) {
      const asset = await fetch(`${product.url}${path}`, { headers });
      expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      if (!path?.endsWith(".svg")) expect(asset.headers.get("content-encoding")).toBe("br");
    }
  });

  test("asks for nothing that came with the document, and for history while the socket opens", async () => {
    const page = await kit.browser.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname.replace(/-[A-Z0-9]+\./, ".")));
    page.on("websocket", () => asked.push("socket"));
    await page.goto(product.url);
    await page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });
    expect(asked).not.toContain("/config");
    expect(asked).not.toContain("/auth");
    const [token, ...rest] = asked.filter((path) => !path.startsWith("/assets/")).slice(1);
    expect(token).toMatch(/requestToken$/);
    // The first history is asked for beside the socket; the second tells what came while it opened.
    expect(rest.slice(0, 2).sort()).toEqual([expect.stringMatching(/(messages|history)$/), "socket"].sort());
    await page.close();
  });

  test("history is compressed", async () => {
    const { settings, token } = JSON.parse(
      /id="start">([^<]*)</.exec(await (await fetch(product.url)).text())?.[1] ?? "",
    );
    const exchanged = await fetch(`${product.url}/keys/${token.keyName}/requestToken`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(token),
    });
    const { token: bearer } = (await exchanged.json()) as { token: string };
    const history = await fetch(
      `${product.url}/channels/${encodeURIComponent(settings.channels.outbound)}/messages?pad=${"x".repeat(9)}`,
      { headers: { authorization: `Bearer ${btoa(bearer)}`, "accept-encoding": "gzip" } },
    );
    expect(history.status).toBe(200);
    expect(history.headers.get("vary")).toContain("Accept-Encoding");
    await history.arrayBuffer();
  });
});
