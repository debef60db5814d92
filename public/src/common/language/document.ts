/** The sentences in the document, said in the language of the reader; `source.ts` has marked the elements. */
import type { Language, TextKey } from "./language.ts";

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
