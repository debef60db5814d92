/** Measures how many generated cases come out right. */
import { createModerator } from "../../../lambda/moderation/index.ts";
import { combined, DISGUISES, drawWords, pick, SENTENCES, seeded } from "./disguises.ts";

/** Each kind of disguise with the share that must be masked exactly. */
export const KINDS: readonly { readonly name: string; readonly target: number }[] = [
  ...Object.keys(DISGUISES).map((name) => ({ name, target: name === "plain" ? 1 : 0.99 })),
  { name: "combined", target: 0.99 },
];

const LIST_SIZE = 1000;
/** The words of the sentences are not listed: they are no disguise. */
const OF_SENTENCES = new Set(SENTENCES.flatMap((sentence) => sentence.toLowerCase().match(/\p{L}+/gu) ?? []));

interface Rates {
  /** The share of disguised words, each in a sentence, that are found at exactly their place and nothing else. */
  readonly masked: number;
  /** Of those that are found somehow, the share whose place is exact. */
  readonly exact: number;
}

/** Disguise words in one way and moderate them. */
export function ratesOf(
  name: string,
  { cases, seed, onMiss }: { cases: number; seed: number; onMiss?: (text: string, word: string) => void },
): Rates {
  const random = seeded(seed);
  const words = drawWords(random, LIST_SIZE).filter((word) => !OF_SENTENCES.has(word));
  const { moderate } = createModerator({ words });
  const disguise = DISGUISES[name] ?? combined;
  let [right, found] = [0, 0];
  for (let i = 0; i < cases; i += 1) {
    const word = pick(random, words);
    const [before = "", after = ""] = pick(random, SENTENCES).split("_");
    const hidden = disguise(word, random);
    const text = before + hidden + after;
    const { matches } = moderate(text);
    const [only] = matches;
    const start = before.length;
    const end = start + hidden.length;
    if (matches.some((match) => match.start < end && match.end > start)) found += 1;
    if (matches.length === 1 && only?.start === start && only.end === end) right += 1;
    else onMiss?.(text, word);
  }
  return { masked: right / cases, exact: right / found };
}

/** The share of innocent lines that several random lists leave alone; words of a line are not listed for it. */
export function innocentRate(
  lines: readonly string[],
  { lists, seed, onHit }: { lists: number; seed: number; onHit?: (text: string, starred: string) => void },
): number {
  const random = seeded(seed);
  let [untouched, all] = [0, 0];
  for (let i = 0; i < lists; i += 1) {
    const words = drawWords(random, LIST_SIZE, 3);
    const listed = new Set(words);
    const { moderate } = createModerator({ words });
    for (const line of lines) {
      if ((line.toLowerCase().match(/\p{L}+/gu) ?? []).some((word) => listed.has(word))) continue;
      all += 1;
      const { text } = moderate(line);
      if (text === line) untouched += 1;
      else onHit?.(line, text);
    }
  }
  return untouched / all;
}
