/** How large the page is: what we wrote, and what a first visit takes over the wire. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Browser } from "playwright-core";

/** Bytes of our own script, minified as for delivery and gzipped, without the SDK and what is loaded when it is needed. */
export async function ownScriptSize(page: "chat" | "moderate" = "chat"): Promise<number> {
  const scripts = page === "chat" ? ["main", "early"] : ["main"];
  const sizes = await Promise.all(scripts.map((script) => sizeOf(`${page}/${script}.ts`)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(script: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../../public/src/${script}`, import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    charset: "utf8",
    external: ["ably/modular"],
    splitting: true,
    outdir: "/",
    metafile: true,
    write: false,
  });
  // What a script imports at once comes with it; `import()` is another matter.
  const sizes = outputFiles.map(({ path, contents }) => [path, gzipSync(contents, { level: 9 }).length] as const);
  const atOnce = Object.entries(metafile.outputs).flatMap(([path, { entryPoint, imports }]) =>
    entryPoint?.endsWith(`/${script}`)
      ? [path, ...imports.filter(({ kind }) => kind === "import-statement").map((one) => one.path)]
      : [],
  );
  const names = new Set(atOnce.map((path) => basename(path)));
  return sizes.reduce((sum, [path, size]) => sum + (names.has(basename(path)) ? size : 0), 0);
}

export interface FirstLoad {
  /** Everything until the room is joined: headers, document, script, style, icon, settings, token. */
  readonly bytes: number;
  readonly origins: readonly string[];
}

/** Visits the page with an empty cache. */
export async function firstLoad(browser: Browser, url: string): Promise<FirstLoad> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const origins = new Set<string>();
  page.on("request", (request) => origins.add(new URL(request.url()).origin));
  await page.goto(url);
  await page.locator("#connection[data-state=connected]").waitFor();
  await page.locator("#log[aria-busy=false]").waitFor({ state: "attached" });
  await context.close();
  return { bytes, origins: [...origins] };
}
