/** What the page says and how: sentences with their plurals, and numbers, times and lists as the language writes them. */
import type { english, englishDocument, englishReasons } from "./english.ts";

/** A sentence for each plural form that a language has; every language has `other`. */
type Plural<Form extends Intl.LDMLPluralRule> = { readonly [form in Form | "other"]: string } & {
  readonly [form in Intl.LDMLPluralRule]?: string;
};
type TextKey = keyof typeof english.texts;
type CountKey = keyof typeof english.counts;
type ReasonKey = keyof typeof english.reasons;
type ToldKey = keyof typeof englishReasons;

/** The sentences of one language, with `Form` its plural forms besides `other`. */
export interface Words<Form extends Intl.LDMLPluralRule = "other"> {
  readonly texts: { readonly [key in TextKey]: string };
  readonly counts: { readonly [key in CountKey]: Plural<Form> };
  readonly reasons: { readonly [key in ReasonKey]: string } & { readonly [key in ToldKey]?: string };
}

/** The sentences of a language that is not English: all that others say in English is in it, too. */
export interface Translation<Form extends Intl.LDMLPluralRule = "other"> extends Words<Form> {
  readonly reasons: { readonly [key in ReasonKey | ToldKey]: string };
}

/** Sentences of the documents in one language. */
export type DocumentTexts = { readonly [key in keyof typeof englishDocument]: string };

/** Why something did not work: a code, and the sentence of whoever said no for those who do not know the code. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** The message is what a rule of the policy says; nobody has translated it. */
  readonly isRuleOwn?: boolean;
}

/** A problem as the server tells it; of a ban, until when it lasts (ISO 8601) and what the moderator said. */
export interface Refusal extends Problem {
  readonly until?: string;
  readonly reason?: string;
}

export interface Language {
  /** As in `<html lang>`. */
  readonly tag: string;
  readonly direction: "ltr" | "rtl";
  say(key: TextKey, values?: Readonly<Record<string, string>>): string;
  count(key: CountKey, n: number): string;
  because(problem: Problem): string;
  number(n: number): string;
  /** Two or more things, as `Ann and Bob`. */
  list(things: readonly string[]): string;
  /** A length of time in seconds, as `0.54s` or `12s`. */
  delay(ms: number): string;
  /** As `14:03`. */
  clock(time: number): string;
  /** Day, date and time. */
  fullTime(time: number): string;
  /** Today, yesterday, or the date. */
  day(time: number, now: number): string;
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;
const RIGHT_TO_LEFT_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const PRECISE_BELOW_MS = 10_000;

/** A language from its sentences; `tag` may name a region, which decides how dates look. */
export function createLanguage(tag: string, words: Words): Language {
  const plural = new Intl.PluralRules(tag);
  const numbers = new Intl.NumberFormat(tag);
  const clock = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit" });
  const full = new Intl.DateTimeFormat(tag, { dateStyle: "full", timeStyle: "medium" });
  const date = new Intl.DateTimeFormat(tag, { dateStyle: "full" });
  const isolated = directionOf(tag) === "rtl";
  /** A sentence with its digits as the visitor's region writes them. */
  const digits = (sentence: string): string => sentence.replace(/\d+/g, (written) => numbers.format(Number(written)));
  const say = (key: TextKey, values: Readonly<Record<string, string>> = {}): string =>
    fill(digits(words.texts[key]), values, isolated);

  function day(time: number, now: number): string {
    if (dayKey(time) === dayKey(now)) return say("today");
    return dayKey(time) === dayKey(dayBefore(now)) ? say("yesterday") : date.format(time);
  }

  return {
    tag,
    direction: directionOf(tag),
    say,
    count(key, n) {
      const forms = words.counts[key];
      return digits((forms[plural.select(n)] ?? forms.other).replace("{n}", String(n)));
    },
    because({ code, message, isRuleOwn = false }) {
      const said = !isRuleOwn && isKnown(words.reasons, code) && digits(words.reasons[code] ?? "");
      return said || message || words.reasons["no-reason"];
    },
    number: (n) => numbers.format(n),
    list: (things) => new Intl.ListFormat(tag).format(things),
    delay(ms) {
      const digits = ms < PRECISE_BELOW_MS && ms % 1_000 !== 0 ? 2 : 0;
      const options = { style: "unit", unit: "second", unitDisplay: "narrow", maximumFractionDigits: digits } as const;
      return new Intl.NumberFormat(tag, options).format(ms / 1_000);
    },
    clock: (time) => clock.format(time),
    fullTime: (time) => full.format(time),
    day,
  };
}

/** The direction in which a language is written. */
export function directionOf(tag: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.test(tag) ? "rtl" : "ltr";
}

/** The local calendar day of a time, comparable as text. */
export function dayKey(time: number): string {
  return new Date(time).toDateString();
}

/** Noon of the day before: a day has not always 24 hours. */
function dayBefore(time: number): number {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1, 12).getTime();
}

function isKnown(reasons: Words["reasons"], code: string): code is ReasonKey | ToldKey {
  return Object.hasOwn(reasons, code);
}

/** Puts values into a sentence. Where letters of both directions meet, a value does not disturb what is around it. */
function fill(sentence: string, values: Readonly<Record<string, string>>, isolated: boolean): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return isolated || RIGHT_TO_LEFT_LETTER.test(value) ? `\u2068${value}\u2069` : value;
  });
}
