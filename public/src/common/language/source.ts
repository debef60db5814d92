/**
 * The source of the document. It has `{{key}}` in the places of its sentences. The build writes those of each language
 * there, so that they can be read before the script is here.
 */
import { arabicDocument } from "./arabic.ts";
import { englishDocument, englishReasons } from "./english.ts";
import { germanDocument } from "./german.ts";
import type { DocumentTexts } from "./language.ts";
import { loadWords, type Tag } from "./languages.ts";
import { spanishDocument } from "./spanish.ts";

/** What stands in the documents only. */
export const DOCUMENTS: Readonly<Record<Tag, DocumentTexts>> = {
  en: englishDocument,
  de: germanDocument,
  es: spanishDocument,
  ar: arabicDocument,
};

/** The source with the sentences of a language written in. A key that no language has stops the build. */
export async function writeInto(source: string, tag: Tag): Promise<string> {
  const { reasons, texts: said } = await loadWords(tag);
  const texts = new Map<string, string>(Object.entries({ ...englishReasons, ...reasons, ...DOCUMENTS[tag], ...said }));
  return source.replace(/\{\{(\w+)\}\}/g, (_all, key: string) => {
    const text = texts.get(key);
    if (text === undefined) throw new Error(`unable to say "${key}"; no language has it`);
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  });
}
