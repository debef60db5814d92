/** Small helpers for the document: find what must be there, set text, copy a template. */

/** Finds an element that the page cannot do without, or fails loudly. */
export function need(root: ParentNode, selector: string): HTMLElement;
export function need<T extends HTMLElement>(root: ParentNode, selector: string, kind: new () => T): T;
export function need(root: ParentNode, selector: string, kind: new () => HTMLElement = HTMLElement): HTMLElement {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`unable to find ${selector} in the page`);
  return element;
}

/** Sets text only where it differs, so that nothing is announced, selected or laid out again without need. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A copy of the only element in a template. */
export function copy(template: HTMLTemplateElement): HTMLElement {
  const element = template.content.firstElementChild?.cloneNode(true);
  if (!(element instanceof HTMLElement)) throw new Error(`unable to copy #${template.id}; it is empty`);
  return element;
}
