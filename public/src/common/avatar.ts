/** A person's picture: a coloured circle with the first letter of the name. */
import { setText } from "./dom.ts";

const graphemes = new Intl.Segmenter();

/** Paints the picture of somebody of this name in one of the twelve hues of the style sheet. */
export function paintAvatar(element: HTMLElement, name: string, hue: number): void {
  const first = graphemes.segment(name)[Symbol.iterator]().next().value?.segment ?? "";
  setText(element, first.slice(0, 8).toLocaleUpperCase());
  element.dataset.hue = String(hue);
}
