/**
 * The kind of a character: a letter, a digit, a mark, a blank, something invisible or anything else. It comes from the
 * JavaScript engine's own Unicode data.
 */
export const KIND = {
  /** Letters, and numbers that are not read as letters. Words are made of them. */
  letter: 1,
  digit: 2,
  /** A symbol that may be a letter or may stand between letters. */
  symbol: 3,
  /** A mark that is a letter of its script, such as a vowel sign of Devanagari or Thai. */
  vowel: 4,
  /** A mark that is ignored. */
  mark: 5,
  invisible: 6,
  blank: 7,
  /** Everything else, which stands between letters. */
  other: 8,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

// within functions, since a pattern with Unicode's tables is made when it is met: few texts need all of them
const isInvisible = (char: string): boolean => /[\p{Default_Ignorable_Code_Point}\p{Cf}\u0640]/u.test(char);
const isBlank = (char: string): boolean => /[\p{White_Space}\u2800]/u.test(char);
const isWord = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);
/** Marks of alphabets and consonant scripts, where a word stays the same word without them. */
const isLooseMark = (char: string): boolean =>
  /[\p{sc=Inherited}\p{sc=Common}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Coptic}\p{sc=Glagolitic}\p{sc=Nko}\p{sc=Samaritan}\p{sc=Mandaic}\p{sc=Thaana}\p{sc=Ethiopic}\p{sc=Adlam}\p{sc=Old_Permic}\p{sc=Duployan}]/u.test(
    char,
  );
const VOICING = "\u3099\u309A";
export const isAscii = (char: string): boolean => char < "\x80";

/**
 * The kind of an ASCII character. It is told without regular expressions, so that a short list of plain words compiles
 * without waiting for Unicode's tables.
 */
export function asciiKind(char: string): Kind {
  if ((char >= "a" && char <= "z") || (char >= "A" && char <= "Z")) return KIND.letter;
  if (char >= "0" && char <= "9") return KIND.digit;
  if (char === " " || (char >= "\t" && char <= "\r")) return KIND.blank;
  return KIND.other;
}

/** The kind of any character. */
export function kindOf(char: string): Kind {
  if (isAscii(char)) return asciiKind(char);
  if (isBlank(char)) return KIND.blank;
  if (isInvisible(char)) return KIND.invisible;
  if (/\p{M}/u.test(char)) return isLooseMark(char) && !VOICING.includes(char) ? KIND.mark : KIND.vowel;
  if (/\p{Nd}/u.test(char)) return KIND.digit;
  // modifier letters without a letter of their own are accents and apostrophes that stand alone
  if (/\p{Lm}/u.test(char) && /\p{sc=Common}/u.test(char) && !/[\p{scx=Hiragana}\p{scx=Katakana}]/u.test(char)) {
    return char.normalize("NFKD") === char ? KIND.other : KIND.letter;
  }
  return isWord(char) ? KIND.letter : KIND.other;
}
