/** Measures how many generated cases come out right. */
import { createModerator } from "../../../lambda/moderation/index.ts";
import { combined, DISGUISES, drawWords, pick, SENTENCES, seeded } from "./disguises.ts";

/** Each kind of disguise with the share that must be masked exactly. */
export const KINDS: readonly { readonly name: string; readonly target: number }[] = [
  ...Object.keys(DISGUISES).map((name) => ({ name, target: name === "plain" ? 1 : 0.98 })),
  { name: "combined", target: 0.95 },
];

const LIST_SIZE = 1000;

/** The share of disguised words, each in a sentence, that are found at exactly their place and nothing else. */
export function maskedRate(
  name: string,
  cases: number,
  seed: number,
  onMiss?: (text: string, word: string) => void,
): number {
  const random = seeded(seed);
  const words = drawWords(random, LIST_SIZE);
  const { moderate } = createModerator({ words });
  const disguise = DISGUISES[name] ?? combined;
  let right = 0;
  for (let i = 0; i < cases; i += 1) {
    const word = pick(random, words);
    const [before = "", after = ""] = pick(random, SENTENCES).split("_");
    const hidden = disguise(word, random);
    const text = before + hidden + after;
    const { matches } = moderate(text);
    const [only] = matches;
    const start = before.length;
    const end = start + hidden.length;
    if (matches.length === 1 && only?.start === start && only.end === end) right += 1;
    else onMiss?.(text, word);
  }
  return right / cases;
}

/** The share of innocent lines that several random lists leave alone; words of the lines are not listed. */
export function innocentRate(lines: readonly string[], lists: number, seed: number): number {
  const random = seeded(seed);
  const inLines = new Set(lines.flatMap((line) => line.toLowerCase().match(/\p{L}+/gu) ?? []));
  let untouched = 0;
  for (let i = 0; i < lists; i += 1) {
    const words = drawWords(random, LIST_SIZE).filter((word) => !inLines.has(word));
    const { moderate } = createModerator({ words });
    for (const line of lines) if (moderate(line).text === line) untouched += 1;
  }
  return untouched / (lines.length * lists);
}
