/**
 * The sentences in the document. Its source has `{{key}}` in their places; the build writes the English ones there, so that
 * they can be read before the script is here, and marks the elements (`data-say="key"`, `data-say-title="key"`).
 */
import type { Language, TextKey, Words } from "./language.ts";

const ATTRIBUTES = ["title", "placeholder", "aria-label"] as const;

/** Says everything in the document, templates included, in a language. */
export function sayDocument(root: Document, language: Language): void {
  root.documentElement.lang = language.tag;
  root.documentElement.dir = language.direction;
  sayIn(root, language);
  for (const template of root.querySelectorAll("template")) sayIn(template.content, language);
}

function sayIn(root: ParentNode, { say }: Language): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-say]"))
    element.textContent = say(element.dataset.say as TextKey);
  for (const name of ATTRIBUTES)
    for (const element of root.querySelectorAll(`[data-say-${name}]`))
      element.setAttribute(name, say(element.getAttribute(`data-say-${name}`) as TextKey));
}

/** The source of the document with its sentences written in. A key that no language has stops the build. */
export function writeInto(source: string, { texts }: Pick<Words, "texts">): string {
  const textOf = (key: string): string => {
    if (!Object.hasOwn(texts, key)) throw new Error(`unable to say "${key}"; no language has it`);
    return texts[key as TextKey].replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  };
  return source
    .replace(/>\{\{(\w+)\}\}(?=<\/)/g, (_all, key: string) => ` data-say="${key}">${textOf(key)}`)
    .replace(/ ([a-z-]+)="\{\{(\w+)\}\}"/g, (_all, name: string, key: string) => {
      return ` data-say-${name}="${key}" ${name}="${textOf(key)}"`;
    });
}
