/** The languages of the page. English comes with the script; the others are loaded when they are needed. */
import { english } from "./english.ts";
import type { Words } from "./language.ts";

/** How the sentences of each language come, by tag. */
const LOADERS = {
  en: async () => english,
  de: async () => (await import("./german.ts")).german,
  es: async () => (await import("./spanish.ts")).spanish,
  ar: async () => (await import("./arabic.ts")).arabic,
} satisfies Record<string, () => Promise<Words>>;

export type Tag = keyof typeof LOADERS;

export const TAGS = Object.keys(LOADERS) as Tag[];

/** Where the chosen language is kept, so that the server hands out the document in it. */
const COOKIE = "asterism_language";
const KEPT_S = 365 * 24 * 60 * 60;

const isTag = (tag: string): tag is Tag => Object.hasOwn(LOADERS, tag);

/** The sentences of the language that the document is in. */
export async function loadWords(tag: string): Promise<Words> {
  return await LOADERS[isTag(tag) ? tag : "en"]();
}

/** The same language as the browser's user has it, which may name a region. */
export function regionOf(tag: string, preferred: readonly string[]): string {
  return preferred.find((one) => one.split("-")[0] === tag) ?? tag;
}

/** The cookie that keeps a choice on a page of this protocol, or in another site's frame; the server reads it. */
export function choiceOf(tag: string, place: string): string {
  const attributes =
    place === "frame" ? "SameSite=None; Secure; Partitioned" : `SameSite=Lax${place === "https:" ? "; Secure" : ""}`;
  return `${COOKIE}=${tag}; Path=/; Max-Age=${KEPT_S}; ${attributes}`;
}
