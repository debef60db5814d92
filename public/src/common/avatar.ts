/** A person's picture: a coloured circle with the first letter of the name. */
import { setText } from "./dom.ts";
import type { Who } from "./who.ts";

const graphemes = new Intl.Segmenter();

/** Paints the picture of somebody in one of the twelve hues of the style sheet. */
export function paintAvatar(element: HTMLElement, { name }: Who, hue: number): void {
  const first = graphemes.segment(name)[Symbol.iterator]().next().value?.segment ?? "";
  setText(element, first.slice(0, 8).toLocaleUpperCase());
  element.dataset.hue = String(hue);
}
