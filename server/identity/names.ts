/** Display names: what can be one, and what is wrong with the others. */
import type { NameVerdict } from "../../lambda/policy/names.ts";
import { limits } from "../limits.ts";

const NAME = /^[\p{L}\p{M}\p{N} _'-]+$/u;
/** Letters and marks that nobody sees, such as the Hangul fillers: two names must not look the same. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

export interface NameProblem {
  readonly code: "invalid_name" | "name_refused" | "name_reserved";
  readonly message: string;
}

/** The function's word on a name: whether a word in it is banned, or it would be taken for somebody else's. */
export type NameCheck = (name: string) => NameVerdict;

/** A name as it will be shown, or what is wrong with it. */
export function parseName(value: unknown, check: NameCheck): { name: string } | NameProblem {
  const most = limits.nameLetters;
  const name = typeof value === "string" ? value.normalize("NFC").trim().replace(/ {2,}/g, " ") : "";
  const letters = [...new Intl.Segmenter().segment(name)].length;
  // A letter can carry any number of marks; a bound on code units keeps stacked ones out.
  const isWritten = NAME.test(name) && !INVISIBLE.test(name) && /[\p{L}\p{N}]/u.test(name);
  if (!isWritten || letters > most || name.length > 4 * most)
    return {
      code: "invalid_name",
      message: `A name has 1 to ${most} letters, digits, spaces, - _ or ' and at least one letter or digit.`,
    };
  switch (check(name)) {
    case "banned":
      return { code: "name_refused", message: "This name contains a word that is not allowed here." };
    case "reserved":
      return { code: "name_reserved", message: "This name is reserved; choose another." };
    case "free":
      return { name };
  }
}
