/** The switch of the language. The server hands out the document in the one that is chosen, so the page starts anew. */
import { need } from "../../common/dom.ts";
import { choiceOf } from "../../common/language/languages.ts";

/** Keeps the switch of the page `root`; `restart` runs once a choice is kept. */
export function createLanguageView(root: Document, restart: () => void): void {
  const choice = need(root, "#language", HTMLSelectElement);
  choice.value = root.documentElement.lang;
  choice.addEventListener("change", () => {
    root.cookie = choiceOf(choice.value, root.location.protocol === "https:");
    restart();
  });
}
