/** Finds an element that the page cannot do without, or fails loudly. */
export function need<T extends Element>(root: ParentNode, selector: string, kind: new () => T): T {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`unable to find ${selector} in the page`);
  return element;
}

/** Sets text only where it differs, so that nothing is announced, selected or laid out again without need. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
