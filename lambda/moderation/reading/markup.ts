/**
 * Mark-up that is not shown or that stands for a character: tags, the address of a link, colour codes, entities, and
 * the hyphen at the end of a line. The engine reads a text a second time without it: `po<b></b>tato`, `p&#111;tato`.
 */

/** A stretch of mark-up. It stands for a character, or for nothing. */
export interface Markup {
  readonly start: number;
  readonly end: number;
  readonly point: number | undefined;
}

// no pattern can go on across the sign that begins it, so that each text is read in linear time
const PATTERNS = [
  // <b>, </i>, <red>, <a href="...">, but none that ends a line
  "<(?!\\/?(?:br|p|div|li|tr|td|h[1-6])\\b)\\/?[a-z#!][^<>\\n]{0,200}>",
  // ](address)
  "\\]\\([^()\\[\\]\\s]{1,300}\\)",
  // [b], [/url], [color=red]
  "\\[\\/?(?:b|i|u|s|url|img|color|colour|size|font|quote|code|spoiler|center)(?:=[^\\[\\]\\n]{0,100})?\\]",
  // terminals' colours
  "\\u001b\\[[0-9;]{0,16}[a-z]",
  // colours of games; with & only where a word begins with one
  "§[0-9a-fk-or]",
  "(?<=^|\\s)&[0-9a-fk-or](?=\\S*&[0-9a-fk-or])",
  "(?<=(?:^|\\s)&[0-9a-fk-or]\\S{0,100})&[0-9a-fk-or]",
  // a word that goes on in the next line
  "(?<=\\p{L})-\\r?\\n[ \\t]*(?=\\p{Ll})",
];
const ENTITY = "&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));";
const MARKUP = new RegExp([ENTITY, ...PATTERNS].join("|"), "giu");
/** A text without these signs has no mark-up. */
const SIGNS = new RegExp(["[<&§\\u001b]", "\\]\\(", "\\[\\/?[a-z]", "-\\r?\\n"].join("|"), "i");

/** The mark-up of a text, in order. */
export function findMarkup(text: string): Markup[] {
  if (!SIGNS.test(text)) return [];
  const found: Markup[] = [];
  for (const match of text.matchAll(MARKUP)) {
    const [whole, hex, decimal] = match;
    const point = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
    const isCharacter = point > 0 && point <= 0x10ffff;
    found.push({ start: match.index, end: match.index + whole.length, point: isCharacter ? point : undefined });
  }
  return found;
}
