/** Colours that an address asks for, as far as everything can be read on them. */

/** Red, green and blue from 0 to 1, as in `#rrggbb`. */
export type Colour = readonly [number, number, number];

const WHITE: Colour = [1, 1, 1];
const BLACK: Colour = [0, 0, 0];
/** How light paper must be, or how dark: then every colour of the style sheet has a contrast of 4.5 to 1 on it. */
const LIGHT = 0.8;
const DARK = 0.035;
const READABLE = 4.5;

/** Reads six digits, with or without `#`; null for everything else. */
export function colourOf(text: string | null): Colour | null {
  const [, digits] = /^#?([0-9a-f]{6})$/i.exec(text ?? "") ?? [];
  if (digits === undefined) return null;
  const part = (index: number): number => Number.parseInt(digits.slice(index, index + 2), 16) / 255;
  return [part(0), part(2), part(4)];
}

/** How light a colour is, as WCAG measures it. */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours, from 1 to 21. */
export function contrast(one: Colour, other: Colour): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The first colour with a share of the second. */
function mix(one: Colour, other: Colour, share: number): Colour {
  const part = (index: 0 | 1 | 2): number => one[index] + (other[index] - one[index]) * share;
  return [part(0), part(1), part(2)];
}

/** Goes from a colour towards another until it will do. */
function towards(from: Colour, to: Colour, willDo: (colour: Colour) => boolean): Colour {
  for (let share = 0; share < 1; share += 0.04) {
    const colour = mix(from, to, share);
    if (willDo(colour)) return colour;
  }
  return to;
}

export interface Look {
  readonly scheme: "light" | "dark";
  /** The colours by their names in the style sheet. */
  readonly colours: Readonly<Record<string, Colour>>;
}

/** A look on this paper, with this accent where one is asked for; what could not be read is made lighter or darker. */
export function lookOn(asked: Colour, accent: Colour | null): Look {
  const isLight = luminance(asked) > 0.18;
  const ink = isLight ? BLACK : WHITE;
  const far = isLight ? WHITE : BLACK;
  const asPaper = (colour: Colour): Colour =>
    towards(colour, far, (one) => (isLight ? luminance(one) >= LIGHT : luminance(one) <= DARK));
  const paper = asPaper(asked);
  const own = asPaper(mix(paper, accent ?? ink, 0.1));
  const papers = [paper, asPaper(mix(paper, WHITE, isLight ? 0.6 : 0.06)), asPaper(mix(paper, ink, 0.03)), own];
  const readable = (colour: Colour): Colour =>
    towards(colour, ink, (one) => papers.every((on) => contrast(one, on) >= READABLE));
  const [, surface, sunken] = papers as [Colour, Colour, Colour];
  const plain = { paper, surface, sunken, own, ink: mix(ink, paper, 0.1), soft: readable(mix(ink, paper, 0.4)) };
  const lines = { line: asPaper(mix(paper, ink, 0.12)), edge: mix(paper, ink, isLight ? 0.5 : 0.45) };
  const seen = accent === null ? {} : withAccent(readable(accent));
  return { scheme: isLight ? "light" : "dark", colours: { ...plain, ...lines, ...seen } };
}

/** The accent, and what is written on it. */
function withAccent(accent: Colour): { readonly accent: Colour; readonly "on-accent": Colour } {
  return { accent, "on-accent": contrast(accent, WHITE) >= contrast(accent, BLACK) ? WHITE : BLACK };
}

/** As style sheets write it. */
export function cssOf(colour: Colour): string {
  return `#${colour
    .map((part) =>
      Math.round(part * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
