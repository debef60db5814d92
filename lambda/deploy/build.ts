/**
 * Makes what is deployed: `dist/lambda/handler.mjs` (one file, everything in it), the word list beside it, and
 * `dist/lambda.zip` with both. The zip is the same for the same input, so a deployment without changes is none.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { zipSync } from "fflate";

const root = join(import.meta.dirname, "../..");
const lambda = join(root, "lambda");

/** Where a deployment takes it from. */
export const FUNCTION_FOLDER = join(root, "dist", "lambda");

/** The oldest date that a zip can hold. */
const NO_DATE = new Date(1980, 0, 2);

/**
 * Takes Node's own modules by `process.getBuiltinModule`. An ES module's import of one reads all of its getters, and those
 * of `crypto` and `http` load half of Node: a third of the function's start.
 */
const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "builtin" }));
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** Build the function into `folder` (and `folder.zip`); gives back the size of the bundle in bytes. */
export async function buildFunction(folder: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(lambda, "handler.ts")],
    outfile: join(folder, "handler.mjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    plugins: [lazyBuiltins],
    legalComments: "none",
    logLevel: "warning",
  });
  const files = {
    "handler.mjs": readFileSync(join(folder, "handler.mjs")),
    "words.txt": readFileSync(join(lambda, "words.txt")),
  };
  writeFileSync(join(folder, "words.txt"), files["words.txt"]);
  writeFileSync(`${folder}.zip`, zipSync(files, { level: 9, mtime: NO_DATE }));
  return files["handler.mjs"].length;
}
