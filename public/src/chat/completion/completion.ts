/**
 * Completion in the composer: a list that opens while a word is written. The arrows go through it, Enter and Tab take what
 * is marked, Escape closes it. What is taken stands in the text as it will be sent, so the moderator sees what people see.
 */
import { type Offer, wordAtEnd } from "./offers.ts";

export interface Completion {
  /** To call when the text or the caret changed. */
  update(people: readonly string[]): void;
}

/** Completes what is written in `field`, with offers in `list`. */
export function createCompletion(field: HTMLTextAreaElement, list: HTMLElement): Completion {
  let start = 0;
  let offers: readonly Offer[] = [];
  let marked = 0;

  function show(next: readonly Offer[]): void {
    offers = next;
    marked = 0;
    list.hidden = offers.length === 0;
    list.replaceChildren(...offers.map(({ label }, index) => optionOf(label, index)));
    mark();
  }

  function mark(): void {
    for (const [index, option] of [...list.children].entries()) option.ariaSelected = String(index === marked);
    if (offers.length === 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `offer-${marked}`);
  }

  function put(text: string): void {
    field.setRangeText(text, start, field.selectionStart, "end");
    show([]);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  function press(event: KeyboardEvent): void {
    const offer = offers[marked];
    if (offer === undefined || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      marked = (marked + step + offers.length) % offers.length;
      mark();
    } else if (event.key === "Enter" || event.key === "Tab") put(offer.text);
    else if (event.key === "Escape") show([]);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // Before the composer, for which Enter sends.
  field.addEventListener("keydown", press, { capture: true });
  field.addEventListener("blur", () => show([]));
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const index = [...list.children].findIndex(
      (option) => event.target instanceof Node && option.contains(event.target),
    );
    const offer = offers[index];
    if (offer !== undefined) put(offer.text);
  });

  return {
    update(people) {
      const { selectionStart, selectionEnd, value } = field;
      const word = selectionStart === selectionEnd ? wordAtEnd(value.slice(0, selectionStart), people) : null;
      start = word?.start ?? 0;
      if (word !== null && word.whole !== null) put(word.whole);
      else show(word?.offers ?? []);
    },
  };
}

function optionOf(label: string, index: number): HTMLElement {
  const option = document.createElement("div");
  option.role = "option";
  option.id = `offer-${index}`;
  option.textContent = label;
  return option;
}
