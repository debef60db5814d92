/** The counter under the composer: it appears near the limit, and says by how much a text is too long. */
import { need, setText } from "../../common/dom.ts";
import type { Language } from "../../common/language/language.ts";
import { COUNTER_CHARS } from "../limits.ts";

export interface Counter {
  /** Counts a text; answers whether it is short enough. */
  count(text: string, most: number): boolean;
}

/** The counter of the composer `form`, which marks its `field` as well. */
export function createCounter(form: ParentNode, field: HTMLElement, language: Language): Counter {
  const counter = need(form, "#counter");
  return {
    count(text, most) {
      const left = most - codePoints(text);
      counter.hidden = left >= COUNTER_CHARS;
      if (!counter.hidden)
        setText(
          counter,
          left < 0 ? language.count("charactersTooMany", -left) : language.count("charactersLeft", left),
        );
      counter.classList.toggle("over", left < 0);
      if (left < 0) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      return left >= 0;
    },
  };
}

/** Characters as the function counts them. */
function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
