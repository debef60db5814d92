/**
 * Bundles the chat page and the desk into `public/build`: for each one script with the SDK in it, one style sheet, and the
 * document that names them; the chat has a small script before the large one. Names carry a hash of the content, so a browser may keep the files for ever.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions as Bundling, build, type OutputFile } from "esbuild";
import { NOTE_KINDS, NOTES, type NoteKind, writeNote } from "./notes.ts";
import { directionOf } from "./src/common/language/language.ts";
import { TAGS, type Tag } from "./src/common/language/languages.ts";
import { writeInto } from "./src/common/language/source.ts";

const SOURCE = fileURLToPath(new URL(".", import.meta.url));
const PAGE_FOLDER = join(SOURCE, "build");

/** The file that says which build this is, while somebody works on the page. */
const STAMP = "built.txt";

export interface BuildOptions {
  /** To work on the page: readable, with source maps, and it reloads itself when it is built anew. */
  readonly dev?: boolean;
}

/** Builds the page into `folder`. A server may serve from there meanwhile: old files go last. */
export async function buildPage(folder: string = PAGE_FOLDER, { dev = false }: BuildOptions = {}): Promise<void> {
  const assets = join(folder, "assets");
  const files = await bundle(assets, dev);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "embed.js"), await embedScript());
  await mkdir(assets, { recursive: true });
  const names = files.map(({ path }) => basename(path));
  for (const { path, contents } of files) await writeFile(path, contents);
  const stamp = String(Date.now());
  const mark = dev ? `<meta name="built" content="${stamp}">` : "";
  for (const { name, document } of await documents(names)) {
    await writeFile(join(folder, `${name}.new`), document.replace("<head>", `<head>${mark}`));
    await rename(join(folder, `${name}.new`), join(folder, name));
  }
  // What is asked for again and again has an address of its own: the document hands out a token, and writes a cookie.
  if (dev) await writeFile(join(assets, STAMP), stamp);
  const current = new Set([...names, ...(dev ? [STAMP] : [])]);
  for (const name of await readdir(assets)) if (!current.has(name)) await rm(join(assets, name));
}

/** The scripts and what goes with them. Parts that the chat loads when it needs them are files of their own. */
async function bundle(outdir: string, dev: boolean): Promise<OutputFile[]> {
  const options = {
    absWorkingDir: SOURCE,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    outdir,
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
  } as const satisfies Bundling;
  const chat = [{ in: dev ? "src/chat/dev.ts" : "src/chat/main.ts", out: "main" }];
  const rest = [
    { in: "src/moderate/main.ts", out: "desk" },
    { in: "src/embed/signed-in.ts", out: "signed-in" },
    { in: "style/index.css", out: "style" },
    { in: "style/desk/index.css", out: "desk" },
    { in: "icon.svg", out: "icon" },
  ];
  const built = [
    await build({ ...options, format: "iife", entryPoints: [{ in: "src/chat/early.ts", out: "early" }] }),
    await build({ ...options, entryPoints: chat, splitting: true }),
    await build({ ...options, entryPoints: rest }),
  ];
  return built.flatMap(({ outputFiles }) => outputFiles);
}

/** The script that puts the chat into other sites' pages, at an address that stays. */
async function embedScript(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    absWorkingDir: SOURCE,
    entryPoints: ["src/embed/embed.ts"],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    write: false,
  });
  return outputFiles.reduce((all, { contents }) => Buffer.concat([all, contents]), Buffer.alloc(0));
}

/** What the files of the languages are called. */
const ENGLISH_NAMES = new Intl.DisplayNames("en", { type: "language" });

/** What moderators see. */
const OF_THE_DESK = ["moderate", "moderators-only"] as const;

/** The documents: the chat and the notes in each language, `index.de.html`; the desk in English. */
async function documents(names: readonly string[]): Promise<{ name: string; document: string }[]> {
  const made = [];
  for (const kind of OF_THE_DESK)
    made.push({ name: `${kind}.html`, document: await documentOf(await source(kind), names, "en") });
  for (const tag of TAGS) {
    for (const kind of ["index", ...NOTE_KINDS.filter((note) => note !== "moderators-only")] as const) {
      const preload = `<link rel="modulepreload" href="${ENGLISH_NAMES.of(tag)?.toLowerCase()}.js"></head>`;
      const template =
        kind === "index" && tag !== "en" ? (await source(kind)).replace("</head>", preload) : await source(kind);
      const document = (await documentOf(template, names, tag))
        .replace('lang="en" dir="ltr"', `lang="${tag}" dir="${directionOf(tag)}"`)
        .replace(`<option value="${tag}"`, `$& selected`);
      made.push({ name: tag === "en" ? `${kind}.html` : `${kind}.${tag}.html`, document });
    }
  }
  return made;
}

async function source(kind: "index" | "moderate" | NoteKind): Promise<string> {
  const read = (name: string) => readFile(join(SOURCE, `${name}.html`), "utf8");
  return kind === "index" || kind === "moderate" ? await read(kind) : writeNote(await read("note"), NOTES[kind]);
}

/** A document with its sentences, naming the files by the names they have now: `main-X7.js` takes the place of `main.js`. */
async function documentOf(template: string, names: readonly string[], tag: Tag): Promise<string> {
  const plain = (name: string) => name.replace(/-[A-Z0-9]+(?=\.\w+$)/, "");
  return names
    .reduce(
      (document, name) => document.replaceAll(`"${plain(name)}"`, `"/assets/${name}"`),
      await writeInto(template, tag),
    )
    .replace(/<!--.*?-->/gs, "")
    .replace(/\n\s+/g, "\n");
}
