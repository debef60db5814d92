/** Quantities: numbers such as `5,000`, and with their units, such as `5am`, `2nd` and `80s`, are no words. */
import { type Characters, GAP } from "../reading/characters.ts";
import { KIND } from "../reading/kind.ts";

/** Characters of the longest number with a unit. */
const LONGEST = 16;

/** Units and endings that may follow a number. */
const UNITS: ReadonlySet<string> = new Set(
  (
    "st nd rd th am pm a p d s m k h g x v w b ms sec min hr hrs mo yr yrs yo km cm mm mg kg lb lbs oz ml cl dl ft in " +
    "kb mb gb tb hz khz mhz ghz kw mw kwh fps px pt pts usd eur gbp e er ers ème re eme º ª th's"
  ).split(" "),
);

/** Are the characters from the first to the last a number with its unit? */
export function isQuantity(characters: Characters, first: number, last: number): boolean {
  if (characters.glyph[first]?.kind !== KIND.digit || last - first > LONGEST) return false;
  let unit = "";
  for (let at = first + 1; at <= last; at += 1) {
    const glyph = characters.glyph[at];
    if (glyph?.kind === KIND.digit && unit === "") continue;
    unit += glyph?.char ?? "";
  }
  return UNITS.has(unit.toLowerCase());
}

/** Is there a number of several digits, such as the `5,000` in `a 5,000`, in what is spelled letter by letter? */
export function holdsNumber({ glyph, gap }: Characters, first: number, last: number): boolean {
  // what is longer is no price, and each hit looks
  if (last - first > LONGEST * 2) return false;
  for (let at = first + 1; at <= last; at += 1) {
    const isJoined = gap[at] === GAP.none || gap[at] === GAP.tight;
    if (isJoined && glyph[at]?.kind === KIND.digit && glyph[at - 1]?.kind === KIND.digit) return true;
  }
  return false;
}
