/**
 * Bundles the page into `public/build`: one script with the SDK in it, one style sheet, the icon, and the document that
 * names them. Names carry a hash of the content, so a browser may keep the files for ever.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Metafile } from "esbuild";

const SOURCE = fileURLToPath(new URL(".", import.meta.url));
/** Where the built page lies unless told otherwise. */
export const PAGE_FOLDER = join(SOURCE, "build");

export interface BuiltPage {
  /** What went into each output file, for the size test. */
  readonly metafile: Metafile;
}

/** Builds the page into `folder`. */
export async function buildPage(folder: string = PAGE_FOLDER): Promise<BuiltPage> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: SOURCE,
    entryPoints: [
      { in: "src/main.ts", out: "main" },
      { in: "style.css", out: "style" },
      { in: "icon.svg", out: "icon" },
    ],
    entryNames: "[name]-[hash]",
    outdir: join(folder, "assets"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    loader: { ".svg": "copy" },
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "assets"), { recursive: true });
  let document = await readFile(join(SOURCE, "index.html"), "utf8");
  for (const { path, contents } of outputFiles) {
    const name = basename(path);
    await writeFile(path, contents);
    // `main-X7.js` takes the place of `main.js`.
    document = document.replaceAll(`"${name.replace(/-[A-Z0-9]+(?=\.\w+$)/, "")}"`, `"/assets/${name}"`);
  }
  await writeFile(join(folder, "index.html"), document.replace(/<!--.*?-->/gs, "").replace(/\n\s+/g, "\n"));
  return { metafile };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildPage();
