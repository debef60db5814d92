/** A text as a machine would copy it: without what nobody sees, full-width and styled characters as plain ones. */

export interface PlainText {
  readonly text: string;
  /** Back to the original: where the unit at `index` of the plain text begins there. */
  readonly startOf: (index: number) => number;
}

const ASCII = /^[\x20-\x7e]*$/;
/** Ideographic full stops, which browsers take for dots in a host name. */
const DOT = /[\u3002\uff0e\uff61]/;

/** Make it plain, in time linear in its length. */
export function plainText(original: string): PlainText {
  if (ASCII.test(original)) return { text: original, startOf: (index) => index };
  const invisible = /\p{Default_Ignorable_Code_Point}/u; // here, since in the bundle a pattern is made where it stands
  const starts: number[] = [];
  let text = "";
  let at = 0;
  for (const char of original) {
    const plain = invisible.test(char) ? "" : plainOf(char);
    for (let unit = 0; unit < plain.length; unit += 1) starts.push(at);
    text += plain;
    at += char.length;
  }
  return { text, startOf: (index) => starts[index] ?? original.length };
}

function plainOf(char: string): string {
  if (DOT.test(char)) return ".";
  const folded = char.normalize("NFKC");
  // a ligature or a fraction is several characters; it stays one
  return folded.length <= char.length ? folded : char;
}
