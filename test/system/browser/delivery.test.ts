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

describeInBrowser("the first visit", (kit) => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(
      { PORT: "0", LOCAL_DATA: "memory" },
      { pageFolder: kit.pageFolder, log: { info() {}, error() {} } },
    );
  });
  afterAll(async () => await product.close());

  test("loads everything, SDK included, in under 120 KB over the wire, all from one origin", async () => {
    const { bytes, origins } = await firstLoad(kit.browser, product.url);
    expect(bytes).toBeGreaterThan(30 * KB);
    expect(bytes).toBeLessThan(120 * KB);
    expect(origins).toEqual([product.url]);
  });

  test("the document is always asked for anew, what it names is kept for a year, all of it compressed", async () => {
    const headers = { "accept-encoding": "br" };
    const document = await fetch(product.url, { headers });
    expect(document.headers.get("cache-control")).toBe("no-cache");
    expect(document.headers.get("content-encoding")).toBe("br");
    const assets = [...(await document.text()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(assets).toHaveLength(3);
    for (const path of assets) {
      const asset = await fetch(`${product.url}${path}`, { headers });
      expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      if (!path?.endsWith(".svg")) expect(asset.headers.get("content-encoding")).toBe("br");
    }
  });
});
