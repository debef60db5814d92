import { setText } from "../../common/dom.ts";
import type { Who } from "../who.ts";

const graphemes = new Intl.Segmenter();

/** A coloured circle with the first letter of a name. */
export function paintAvatar(element: HTMLElement, { name }: Who, hue: number): void {
  const first = graphemes.segment(name)[Symbol.iterator]().next().value?.segment ?? "";
  setText(element, first.slice(0, 8).toLocaleUpperCase());
  element.dataset.hue = String(hue);
}
