/**
 * Makes what the package holds: the broker and the command with the libraries they need in them, so that it is one package
 * to install and one file to load; the types; and the licenses of those libraries.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const FOLDER = import.meta.dirname;
const DIST = join(FOLDER, "dist");

/** Some of the libraries are CommonJS and ask for Node's modules with `require`, which an ES module does not have. */
const banner = `import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(import.meta.url);`;

/** Faster versions in machine code that some libraries look for and can do without. */
const ACCELERATORS = ["msgpackr-extract", "bufferutil", "utf-8-validate"];
/** Brings machine code of its own, and is loaded only by who has a data folder. */
const DEPENDENCIES = ["classic-level"];

rmSync(DIST, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: FOLDER,
  entryPoints: ["index.ts", "bin.ts"],
  outdir: DIST,
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  platform: "node",
  format: "esm",
  target: "node20",
  banner: { js: banner },
  external: [...ACCELERATORS, ...DEPENDENCIES],
  metafile: true,
  logLevel: "warning",
});
writeFileSync(join(DIST, "licenses.txt"), licensesOf(Object.keys(metafile.inputs)));

/** The license of each package that a file comes from. */
function licensesOf(inputs: readonly string[]): string {
  const packages = new Set(
    inputs.flatMap((input) => /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(input)?.slice(1, 2) ?? []),
  );
  return [...packages].sort().map(licenseOf).join("\n\n");
}

function licenseOf(path: string): string {
  const folder = join(FOLDER, path);
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "license"].find((candidate) => existsSync(join(folder, candidate)));
  if (file === undefined) throw new Error(`unable to build; ${name} comes without a license`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
