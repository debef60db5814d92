/** The signs that people write as an apostrophe. */
export const APOSTROPHES = "'’‘ʼ＇`´";

export const hasApostrophe = (text: string): boolean => [...APOSTROPHES].some((sign) => text.includes(sign));
