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
/** Entities: by number, letters with a mark, and characters that one cannot see. */
const ENTITY =
  "&(?:#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))|([a-z])(?:acute|grave|circ|uml|tilde|ring|cedil|caron|slash)|shy|zwn?j|[lr]rm);";
/** Made when a text may have some: a pattern with Unicode's tables takes a while. */
const makeMarkup = (): RegExp => new RegExp([ENTITY, ...PATTERNS].join("|"), "iuy");
let known: RegExp | undefined;
/** How mark-up begins. It is looked for first, because that takes a tenth of the time. */
const BEGINNING = new RegExp(
  ["<[/a-z#!]", "&[#0-9a-z]", "§[0-9a-fk-or]", "\\u001b\\[", "\\]\\(", "\\[\\/?[a-z]", "-\\r?\\n"].join("|"),
  "gi",
);

/** The mark-up of a text, in order. */
export function findMarkup(text: string): Markup[] {
  const found: Markup[] = [];
  BEGINNING.lastIndex = 0;
  for (let begun = BEGINNING.exec(text); begun !== null; begun = BEGINNING.exec(text)) {
    known ??= makeMarkup();
    known.lastIndex = begun.index;
    const match = known.exec(text);
    const end = match === null ? begun.index + 1 : known.lastIndex;
    BEGINNING.lastIndex = end;
    if (match !== null) found.push({ start: begun.index, end, point: pointOf(match) });
  }
  return found;
}

/** The character that an entity stands for. */
function pointOf([, hex, decimal, letter]: RegExpExecArray): number | undefined {
  if (letter !== undefined) return letter.charCodeAt(0);
  const point = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
  return point > 0 && point <= 0x10ffff ? point : undefined;
}
