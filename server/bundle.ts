/**
 * Makes what runs in production: `dist/server/main.js` with all of our own code in it, the lists beside it, and the page in
 * `dist/public/build`. It needs Node and the packages of `npm ci --omit=dev`: no compiler, no source.
 */
import { copyFile, cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");

const SERVER_FOLDER = join(root, "dist", "server");

/** What the function reads beside itself, wherever it runs. */
const LISTS = ["words.txt", "policy.json"];

/** Bundles the server into `folder` and copies the built page to where the bundle looks for it. */
export async function bundleServer(folder: string = SERVER_FOLDER): Promise<void> {
  const page = join(folder, "../public/build");
  await rm(page, { recursive: true, force: true });
  await bundleProgram(join(root, "server", "main.ts"), folder);
  await cp(join(root, "public", "build"), page, { recursive: true });
}

/** Bundles a program as the server is bundled, alone in `folder`, with the function's lists beside it. */
export async function bundleProgram(entryPoint: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [entryPoint],
    outdir: folder,
    bundle: true,
    packages: "external",
    // comes along, since npm would install the compiler with it, which it names as a peer
    alias: { valibot: fileURLToPath(import.meta.resolve("valibot")) },
    // what is loaded late stays late, beside the rest, so that all of it finds the lists
    splitting: true,
    chunkNames: "[name]-[hash]",
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: true,
    sourcesContent: false,
    legalComments: "none",
    logLevel: "warning",
  });
  for (const list of LISTS) await copyFile(join(root, "lambda", list), join(folder, list));
}
