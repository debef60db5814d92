/**
 * Makes what is deployed: `dist/lambda/handler.mjs`, beside it the parts that only some requests or policies need, the word
 * list and the policy; and `dist/lambda.zip` with all of it. The zip is the same for the same input, so a deployment
 * without changes is none.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { zipSync } from "fflate";

const root = join(import.meta.dirname, "../..");
const lambda = join(root, "lambda");

/** Where a deployment takes it from. */
export const FUNCTION_FOLDER = join(root, "dist", "lambda");

/** The oldest date that a zip can hold. */
const NO_DATE = new Date(1980, 0, 2);

/**
 * Takes from Node's own modules what is used, by `process.getBuiltinModule`. An ES module's import of one reads all of its
 * getters, and those of `crypto` and `http` load half of Node: a third of the function's start.
 */
const lazyBuiltins: Plugin = {
  name: "lazy-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path, external: true } : { path, namespace: "builtin" },
    );
    onLoad({ filter: /.*/, namespace: "builtin" }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter((name) => name !== "default");
      const takes = names.map((name) => `export const ${name} = /* @__PURE__ */ take(${JSON.stringify(name)});`);
      return {
        contents: `
          const all = process.getBuiltinModule(${JSON.stringify(path)});
          const take = (name) => all[name];
          ${takes.join("\n")}
          export default all;`,
      };
    });
  },
};

/** Build the function into `folder` (and `folder.zip`); gives back how many bytes it loads when it starts. */
export async function buildFunction(folder: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(lambda, "handler.ts")],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    metafile: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // Node has them; made from texts, patterns would be made anew at each use
    supported: { "regexp-unicode-property-escapes": true, "regexp-lookbehind-assertions": true },
    // the tables of the engine are letters of all scripts, which would be six characters each
    charset: "utf8",
    plugins: [lazyBuiltins],
    legalComments: "none",
    logLevel: "warning",
  });
  for (const name of DATA) copyFileSync(join(lambda, name), join(folder, name));
  const names = readdirSync(folder).sort();
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
  writeFileSync(`${folder}.zip`, zipSync(files, { level: 9, mtime: NO_DATE }));
  return loadedAtStart(metafile);
}

/** What the function reads beside its code. */
const DATA = ["words.txt", "policy.json"] as const;

/** The bytes of the entry and of everything that it imports before it runs. */
function loadedAtStart({ outputs }: Metafile): number {
  const waiting = Object.keys(outputs).filter((path) => path.endsWith("/handler.mjs"));
  const loaded = new Set<string>();
  for (const path of waiting) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    const imports = outputs[path]?.imports ?? [];
    waiting.push(...imports.filter(({ kind }) => kind === "import-statement").map((one) => one.path));
  }
  return [...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}
