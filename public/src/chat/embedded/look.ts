/** The look of the page in a frame: one room without the list of rooms, in colours that its address asks for. */
import { colourOf, cssOf, lookOn } from "./colours.ts";

/** The page's own background colours, for an address that asks for an accent alone. */
const PAPERS = { light: "f9f9fb", dark: "14131a" };

/** Gives the page the colours that were asked for. A value that is no colour is as good as absent. */
export function wear(root: HTMLElement, asked: URLSearchParams): void {
  root.dataset.embedded = "";
  const accent = colourOf(asked.get("accent"));
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const paper = colourOf(asked.get("paper")) ?? (accent && colourOf(isDark ? PAPERS.dark : PAPERS.light));
  if (paper === null) return;
  const { scheme, colours } = lookOn(paper, accent);
  root.style.colorScheme = scheme;
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, cssOf(colour));
}
