/** The page's documents in the languages it was built in: `index.html` in English, `index.de.html` in German. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Request } from "express";
import { limits } from "../limits.ts";

/** The language that needs no mark in the name of a file. */
const PLAIN = "en";
const CHOICE = /(?:^|;\s*)asterism_language=([a-z]{2,3})(?:;|$)/;

/** Reads a document in the first of the visitor's languages that there is: the one they chose, or those of the browser. */
export async function readDocument(folder: string, name: string, request: Request): Promise<string> {
  for (const tag of languagesOf(request)) {
    const document = await readIfThere(join(folder, tag === PLAIN ? `${name}.html` : `${name}.${tag}.html`));
    if (document !== undefined) return document;
  }
  return await readFile(join(folder, `${name}.html`), "utf8");
}

/** Where a document has room for what is handed out with it. */
const PLACE = '<script type="application/json" id="start"></script>';

/** A document with what is handed out with it. */
export function withStart(document: string, start: object): string {
  const text = JSON.stringify(start).replaceAll("<", "\\u003c");
  return document.replace(PLACE, () => PLACE.replace("><", () => `>${text}<`));
}

/** Where the page of a refusal has room for what operators look for in their log, and the way to sign in. */
const ABOUT = '<code class="about" dir="ltr"></code>';
const SIGN_IN = 'href="/sign-in"';

/** The page of a refusal, with what the log calls it and with the page to come back to from a sign-in. */
export function withRefusal(document: string, about: string, to: string): string {
  return document
    .replace(ABOUT, () => ABOUT.replace("><", () => `>${about}<`))
    .replace(SIGN_IN, () => `href="/sign-in?to=${encodeURIComponent(to)}"`);
}

function languagesOf(request: Request): string[] {
  const [, chosen] = CHOICE.exec(request.get("cookie") ?? "") ?? [];
  const accepted = request.acceptsLanguages().map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  const tags = [...(chosen === undefined ? [] : [chosen]), ...accepted].filter((tag) => /^[a-z]{2,3}$/.test(tag));
  return [...new Set(tags)].slice(0, limits.languages);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
