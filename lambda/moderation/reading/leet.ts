/**
 * Leet: digits and symbols that people write for letters, one character for one letter. No table of them is published,
 * so this one is our own. A character with several letters matches each of them.
 */

export const LEET: ReadonlyMap<string, string> = new Map([
  ["0", "o"],
  ["1", "il"],
  ["2", "z"],
  ["3", "e"],
  ["4", "a"],
  ["5", "s"],
  ["6", "gb"],
  ["7", "t"],
  ["8", "b"],
  ["9", "gq"],
  ["@", "a"],
  ["^", "a"],
  ["(", "c"],
  ["[", "c"],
  ["{", "c"],
  ["<", "c"],
  ["¢", "c"],
  ["©", "c"],
  ["€", "e"],
  ["#", "h"],
  ["!", "il"],
  ["¡", "il"],
  ["|", "il"],
  ["¦", "il"],
  ["£", "l"],
  ["°", "o"],
  ["¤", "o"],
  ["®", "r"],
  ["$", "s"],
  ["§", "s"],
  ["+", "t"],
  ["†", "t"],
  ["‡", "t"],
  ["µ", "u"],
  ["×", "x"],
  ["¥", "y"],
  ["%", "x"],
]);

/** A bracket is a c only where nothing closes it. */
export const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ["<", ">"],
]);
