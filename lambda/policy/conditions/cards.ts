/** Numbers of payment cards: 13 to 19 digits, in groups or not, that begin as cards do and pass Luhn's check. */
import type { Span } from "./condition.ts";

const LEAST = 13;
const MOST = 19;

/** Digits and what people write between groups of them. */
const RUN = /\d(?:[ .-]?\d)*/g;
/** Mir, Mastercard, Amex, Diners, JCB, Visa, Maestro, Discover, UnionPay. */
const ISSUER = /^(?:2[2-7]|3[04-9]|4|5[0-8]|6)/;

/** Find every card number. A run of digits is tried from the beginning of each of its groups, never within one. */
export function findCards(text: string): Span[] {
  return [...text.matchAll(RUN)].flatMap(({ 0: run, index }) => cardIn(run, index));
}

function cardIn(run: string, offset: number): Span[] {
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, start: offset + index }));
  const found: Span[] = [];
  for (let first = 0; first < groups.length; first += 1) {
    let digits = "";
    for (let last = first; last < groups.length && digits.length < MOST; last += 1) {
      const group = groups[last];
      digits += group?.digits ?? "";
      if (!isCard(digits)) continue;
      found.push({ start: groups[first]?.start ?? 0, end: (group?.start ?? 0) + (group?.digits.length ?? 0) });
      first = last;
      break;
    }
  }
  return found;
}

const isCard = (digits: string): boolean =>
  digits.length >= LEAST && digits.length <= MOST && ISSUER.test(digits) && passesLuhn(digits);

/** Every second digit from the right counts twice; the sum of all ends in 0. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const double = digit * 2;
    sum += i % 2 === 0 ? digit : double > 9 ? double - 9 : double;
  }
  return sum % 10 === 0;
}
