/**
 * `personal`: e-mail addresses, phone numbers, payment cards. Loaded when a policy asks for it. A phone number without
 * `+` is one only in a country that the policy names, as in `phone:DE`.
 */
import { type CountryCode, findPhoneNumbersInText, isSupportedCountry } from "libphonenumber-js/min";
import { LinkifyIt } from "linkify-it";
import { policyLimits } from "../limits.ts";
import { type PlainText, plainText } from "../plain-text.ts";
import type { RuleDocument } from "../schema.ts";
import { findCards } from "./cards.ts";
import type { Condition, Span } from "./condition.ts";

type Kind = NonNullable<RuleDocument["when"]["personal"]>[number];
type Find = (text: string) => Span[];

const emails = new LinkifyIt({ fuzzyEmail: true })
  .add("http:", null)
  .add("https:", null)
  .add("ftp:", null)
  .add("//", null);

export function personal(kinds: readonly Kind[]): Condition {
  const finders = kinds.map(finderFor);
  return ({ text }) => {
    const plain = plainText(text);
    const spans = finders.flatMap((find) => find(plain.text)).slice(0, policyLimits.spans);
    return spans.length === 0 ? undefined : { spans: spans.map((span) => inOriginal(span, plain)) };
  };
}

const inOriginal = ({ start, end }: Span, { startOf }: PlainText): Span => ({
  start: startOf(start),
  end: startOf(end),
});

function finderFor(kind: Kind): Find {
  if (kind === "email") return findEmails;
  if (kind === "card") return findCards;
  const country = kind.slice("phone:".length);
  return (text) => findPhones(text, isSupportedCountry(country) ? country : undefined);
}

const findEmails: Find = (text) =>
  text.includes("@")
    ? (emails.match(text) ?? []).map(({ index, lastIndex }) => ({ start: index, end: lastIndex }))
    : [];

/** Fewer digits are no phone number anywhere that matters, and most messages have none at all. */
const SEVEN_DIGITS = /(?:\d[^\d\n]{0,4}){6}\d/;

function findPhones(text: string, defaultCountry: CountryCode | undefined): Span[] {
  if (!SEVEN_DIGITS.test(text)) return [];
  const digits = [...text.matchAll(/\d/g)].map(({ index }) => index);
  // looking closely at each of them would take long, and nobody writes so many without one that could be a number
  if (digits.length > policyLimits.digits) return [{ start: digits[0] ?? 0, end: (digits.at(-1) ?? 0) + 1 }];
  const options = defaultCountry === undefined ? {} : { defaultCountry };
  return findPhoneNumbersInText(text, options).map(({ startsAt, endsAt }) => ({ start: startsAt, end: endsAt }));
}
