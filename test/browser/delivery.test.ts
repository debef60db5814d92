/** How the page comes to a browser: small, compressed, kept as long as it may be, and quick to be seen. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../../server/product.ts";
import { describeInBrowser } from "../helpers/browser.ts";

const KB = 1_000;

/** Our own script, without the SDK, as `buildPage` makes it. */
async function ownScript(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: ["public/src/main.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    charset: "utf8",
    external: ["ably/modular"],
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

test("our own code is under 12 KB gzipped", async () => {
  const size = gzipSync(await ownScript(), { level: 9 }).length;
  expect(size).toBeGreaterThan(5 * KB);
  expect(size).toBeLessThan(12 * KB);
});

describeInBrowser("the first visit", (kit) => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ PORT: "0" }, { pageFolder: kit.pageFolder, log: { info() {}, error() {} } });
  });
  afterAll(async () => await product.close());

  test("loads everything, SDK included, in under 120 KB over the wire, all from one origin", async () => {
    const context = await kit.browser.newContext();
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    const origins = new Set<string>();
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    await page.goto(product.url);
    await page.locator("#connection[data-state=connected]").waitFor();
    await page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });
    expect(bytes).toBeGreaterThan(30 * KB);
    expect(bytes).toBeLessThan(120 * KB);
    expect([...origins]).toEqual([product.url]);
    await context.close();
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
