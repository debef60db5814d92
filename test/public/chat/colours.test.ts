/** Colours that an address asks for: whatever they are, everything can be read. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Colour, colourOf, contrast, cssOf, lookOn } from "../../../public/src/chat/embedded/colours.ts";

/** The text colours that the style sheet writes itself, as `tokens.css` and `messages.css` have them. */
const HUES = [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330];
const WRITTEN = {
  light: [[0.5, 0.11, 155], [0.49, 0.1, 70], [0.5, 0.17, 25], ...HUES.map((hue) => [0.45, 0.13, hue])],
  dark: [[0.78, 0.13, 155], [0.83, 0.11, 80], [0.78, 0.12, 25], ...HUES.map((hue) => [0.83, 0.1, hue])],
} as const;

/** https://www.w3.org/TR/css-color-4/#color-conversion-code */
function oklch([lightness = 0, chroma = 0, hue = 0]: readonly number[]): Colour {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const gamma = (part: number) => {
    const inside = Math.min(1, Math.max(0, part));
    return inside <= 0.0031308 ? inside * 12.92 : 1.055 * inside ** (1 / 2.4) - 0.055;
  };
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const colour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => colourOf(value.toString(16).padStart(6, "0")) as Colour);

test("every text is read with 4.5 to 1 on every surface, for any paper and accent", () => {
  fc.assert(
    fc.property(colour, fc.option(colour), (paper, accent) => {
      const { scheme, colours } = lookOn(paper, accent);
      const { surface, sunken, own, ink, soft, edge, accent: seen } = colours as Record<string, Colour>;
      const papers = [colours.paper, surface, sunken, own] as Colour[];
      const texts = [ink, soft, ...(seen === undefined ? [] : [seen]), ...WRITTEN[scheme].map(oklch)] as Colour[];
      for (const on of papers) for (const text of texts) expect(contrast(text, on)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(edge as Colour, colours.paper as Colour)).toBeGreaterThanOrEqual(3);
      expect(contrast(ink as Colour, colours.line as Colour)).toBeGreaterThanOrEqual(4.5);
      if (seen !== undefined) expect(contrast(colours["on-accent"] as Colour, seen)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test("a colour that can be read stays as it was asked for", () => {
  const { scheme, colours } = lookOn(colourOf("ffffff") as Colour, colourOf("#0B6E4F"));
  expect([scheme, cssOf(colours.paper as Colour), cssOf(colours.accent as Colour)]).toEqual([
    "light",
    "#ffffff",
    "#0b6e4f",
  ]);
});

test.each(["", "red", "fff", "#12345", "1234567", "zzzzzz", "url(x)", "var(--x)", "123456;"])(
  "%j is no colour",
  (text) => {
    expect(colourOf(text)).toBeNull();
  },
);
