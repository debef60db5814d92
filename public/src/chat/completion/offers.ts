/** What completes a word before the caret: an emoji after `:`, a person after `@`. */
import { emojiNames } from "./emoji.generated.ts";

export interface Offer {
  /** What takes the place of the word. */
  readonly text: string;
  /** What is read in the list. */
  readonly label: string;
}

export interface Word {
  readonly start: number;
  readonly offers: readonly Offer[];
  /** What the word stands for, if it is written to its end. */
  readonly whole: string | null;
}

/** Offers at one time: a glance, and a few keys. */
const MOST = 6;

const EMOJI = new Map(
  emojiNames.split("\n").map((line) => {
    const [name = "", emoji = ""] = line.split(" ");
    return [name, emoji] as const;
  }),
);

/** The word that ends a text, with its offers; null when it cannot be completed. */
export function wordAtEnd(before: string, people: readonly string[]): Word | null {
  const [, written = ""] = /(?:^|[\s(])(:[a-z0-9_+-]{2,40}:?)$/i.exec(before) ?? [];
  const start = before.length - written.length;
  if (written !== "") return { start, ...emojiFor(written.toLowerCase().slice(1)) };
  // A name may have spaces, so everything after the sign may be one.
  const [, name] = /(?:^|[\s(])@([^@\n]{1,24})$/.exec(before) ?? [];
  return name === undefined ? null : { start: before.length - name.length - 1, ...peopleFor(name, people) };
}

function emojiFor(written: string): Omit<Word, "start"> {
  if (written.endsWith(":")) return { offers: [], whole: EMOJI.get(written.slice(0, -1)) ?? null };
  const names = [...EMOJI.keys()];
  const begun = names.filter((name) => name.startsWith(written)).sort((a, b) => a.length - b.length);
  const within = names.filter((name) => !name.startsWith(written) && name.includes(written));
  const offers = [...begun, ...within]
    .slice(0, MOST)
    .map((name) => ({ text: EMOJI.get(name) ?? "", label: `${EMOJI.get(name)} ${name}` }));
  return { offers, whole: null };
}

function peopleFor(written: string, people: readonly string[]): Omit<Word, "start"> {
  const plain = (name: string): string => name.normalize("NFC").toLowerCase();
  const begun = people.filter((name) => plain(name).startsWith(plain(written)));
  const isWhole = begun.some((name) => plain(name) === plain(written));
  const offers = isWhole ? [] : begun.slice(0, MOST).map((name) => ({ text: `@${name} `, label: `@${name}` }));
  return { offers, whole: null };
}
