/**
 * The source of the document. It has `{{key}}` in the places of its sentences. The build writes those of each language
 * there, so that they can be read before the script is here.
 */
import type { TextKey, Words } from "./language.ts";

/** The source with its sentences written in. A key that no language has stops the build. */
export function writeInto(source: string, { texts }: Pick<Words, "texts">): string {
  const textOf = (key: string): string => {
    if (!Object.hasOwn(texts, key)) throw new Error(`unable to say "${key}"; no language has it`);
    return texts[key as TextKey].replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  };
  return source.replace(/\{\{(\w+)\}\}/g, (_all, key: string) => textOf(key));
}
