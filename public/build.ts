/**
 * Bundles the chat page and the desk into `public/build`: for each one script with the SDK in it, one style sheet, and the
 * document that names them. Names carry a hash of the content, so a browser may keep the files for ever.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { english } from "./src/common/language/english.ts";
import { writeInto } from "./src/common/language/source.ts";

const SOURCE = fileURLToPath(new URL(".", import.meta.url));
const PAGE_FOLDER = join(SOURCE, "build");

export interface BuildOptions {
  /** To work on the page: readable, with source maps, and it reloads itself when it is built anew. */
  readonly dev?: boolean;
}

/** Builds the page into `folder`. A server may serve from there meanwhile: old files go last. */
export async function buildPage(folder: string = PAGE_FOLDER, { dev = false }: BuildOptions = {}): Promise<void> {
  const assets = join(folder, "assets");
  const { outputFiles } = await build({
    absWorkingDir: SOURCE,
    entryPoints: [
      { in: dev ? "src/chat/dev.ts" : "src/chat/main.ts", out: "main" },
      { in: "src/moderate/main.ts", out: "desk" },
      { in: "style/index.css", out: "style" },
      { in: "style/desk/index.css", out: "desk" },
      { in: "icon.svg", out: "icon" },
    ],
    entryNames: "[name]-[hash]",
    outdir: assets,
    bundle: true,
    minify: !dev,
    sourcemap: dev ? "inline" : false,
    format: "esm",
    target: "es2023",
    charset: "utf8",
    loader: { ".svg": "copy" },
    legalComments: "none",
    logLevel: "warning",
    write: false,
  });
  await mkdir(assets, { recursive: true });
  const names = outputFiles.map(({ path }) => basename(path));
  for (const { path, contents } of outputFiles) await writeFile(path, contents);
  const mark = dev ? `<meta name="built" content="${Date.now()}">` : "";
  for (const file of ["index.html", "moderate.html", "moderators-only.html", "404.html"]) {
    const source = await readFile(join(SOURCE, file), "utf8");
    await writeFile(join(folder, `${file}.new`), documentOf(source, names).replace("<head>", `<head>${mark}`));
    await rename(join(folder, `${file}.new`), join(folder, file));
  }
  const current = new Set(names);
  for (const name of await readdir(assets)) if (!current.has(name)) await rm(join(assets, name));
}

/** A document with its sentences, naming the files by the names they have now: `main-X7.js` takes the place of `main.js`. */
function documentOf(source: string, names: readonly string[]): string {
  const plain = (name: string) => name.replace(/-[A-Z0-9]+(?=\.\w+$)/, "");
  return names
    .reduce(
      (document, name) => document.replaceAll(`"${plain(name)}"`, `"/assets/${name}"`),
      writeInto(source, english),
    )
    .replace(/<!--.*?-->/gs, "")
    .replace(/\n\s+/g, "\n");
}
