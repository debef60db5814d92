/** The signs that people write as an apostrophe. */
export const APOSTROPHES = "'’‘ʼ＇`´";

const PATTERN = new RegExp(`[${APOSTROPHES}]`, "u");

export const hasApostrophe = (text: string): boolean => PATTERN.test(text);
