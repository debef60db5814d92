/**
 * Characters that reorder text: with them "otatop" is shown as "potato". Overrides, embeddings and isolates are taken out
 * of all text. The three marks (U+200E, U+200F, U+061C) are what people who write Hebrew or Arabic need beside signs and
 * digits; they stay in text with letters of such a script, except between two letters of a left-to-right script.
 */

const CONTROLS = /[\u202a-\u202e\u2066-\u2069]/gu;
const MARKS = /[\u200e\u200f\u061c]/gu;
const MARK = /[\u200e\u200f\u061c]/u;
const ANY = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

const SCRIPTS = ["Hebrew", "Arabic", "Syriac", "Thaana", "Nko", "Adlam", "Hanifi_Rohingya", "Mandaic", "Samaritan"]
  .map((name) => `\\p{Script=${name}}`)
  .join("");

/** A letter of a script that is written from right to left. */
const rightToLeft = (): RegExp => new RegExp(`(?=\\p{L})[${SCRIPTS}]`, "u");

/** A letter of any other script. */
const otherLetter = (): RegExp => new RegExp(`[^\\P{L}${SCRIPTS}]`, "u");

/** What stands beside a letter without coming between it and the next one, as people see it. */
const unseen = (): RegExp => /[\p{M}\p{DI}]/u;

/** The text without what reorders it; text without such characters stays as it is. */
export function withoutReordering(text: string): string {
  if (!ANY.test(text)) return text;
  const free = text.replace(CONTROLS, "");
  return rightToLeft().test(free) ? withoutMarksInWords(free) : free.replace(MARKS, "");
}

/** Takes out the marks that stand between two letters of a left-to-right script. One pass over the text. */
function withoutMarksInWords(text: string): string {
  const letter = otherLetter();
  const besideLetters = unseen();
  const characters = [...text];
  let isAfterLetter = false;
  let marks: number[] = [];
  for (const [index, character] of characters.entries()) {
    if (MARK.test(character)) marks.push(index);
    else if (!besideLetters.test(character)) {
      const isLetter = letter.test(character);
      if (isLetter && isAfterLetter) for (const mark of marks) characters[mark] = "";
      isAfterLetter = isLetter;
      marks = [];
    }
  }
  return characters.join("");
}
