/** The switch of the language. The server hands out the document in the one that is chosen, so the page starts anew. */
import { need } from "../../common/dom.ts";
import { choiceOf } from "../../common/language/languages.ts";

export interface LanguageDeps {
  /** Does another site show the page? */
  readonly isFrame: boolean;
  /** Runs once a choice is kept. */
  readonly restart: () => void;
}

/** Keeps the switch of the page `root`. */
export function createLanguageView(root: Document, { isFrame, restart }: LanguageDeps): void {
  const choice = need(root, "#language", HTMLSelectElement);
  choice.value = root.documentElement.lang;
  choice.addEventListener("change", () => {
    root.cookie = choiceOf(choice.value, isFrame ? "frame" : root.location.protocol);
    restart();
  });
}
