/**
 * Makes what is deployed: `dist/lambda/handler.mjs` with the policy in it, beside it the parts that only some requests or
 * policies need and the word list; and `dist/lambda.zip` with all of it. The zip is the same for the same input, so a deployment
 * without changes is none.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile, type Plugin, transform } from "esbuild";
import { zipSync } from "fflate";
import { readPolicyFile } from "../policy/policy-file.ts";

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

/** In the place of what reads and checks `policy.json` stands what it has read. Throws when that file cannot be used. */
const checkedPolicy: Plugin = {
  name: "checked-policy",
  setup({ onLoad }) {
    onLoad({ filter: /\/policy-file\.ts$/ }, () => ({
      contents: `export const readPolicyFile = () => (${JSON.stringify(readPolicyFile())});`,
    }));
  },
};

/**
 * Makes our patterns from texts. V8 checks each literal pattern when it reads the code around it, for which it makes the
 * tables of Unicode that the pattern names: a tenth of the function's start, for patterns that few texts call for.
 */
const latePatterns: Plugin = {
  name: "late-patterns",
  setup({ onLoad }) {
    onLoad({ filter: /\/lambda\/.*\.ts$/ }, async ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (!source.includes("\\p{")) return undefined;
      const supported = { "regexp-sticky-and-unicode-flags": false };
      const { code } = await transform(source, { loader: "ts", format: "esm", target: "esnext", supported });
      return { contents: code, loader: "js" };
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
    // Node has them; the patterns of libraries stay as they are
    supported: { "regexp-unicode-property-escapes": true, "regexp-lookbehind-assertions": true },
    // the tables of the engine are letters of all scripts, which would be six characters each
    charset: "utf8",
    plugins: [lazyBuiltins, checkedPolicy, latePatterns],
    legalComments: "none",
    logLevel: "warning",
  });
  copyFileSync(join(lambda, "words.txt"), join(folder, "words.txt"));
  const names = readdirSync(folder).sort();
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
  writeFileSync(`${folder}.zip`, zipSync(files, { level: 9, mtime: NO_DATE }));
  return loadedAtStart(metafile);
}

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
