/** `npm run explain -- "text"`: what is starred in a text, by which entry, which disguises were undone, and near misses. */
import { config as readDotenv } from "dotenv";
import { createModerator, disguisesOf, nearMisses } from "../moderation/index.ts";
import { loadWords } from "../policy/word-list.ts";
import { runAsCommand, UsageError } from "./run-as-command.ts";

/** A few lines for people about what the moderator does to a text. */
export function explain(text: string, lists: { words: readonly string[]; allow?: readonly string[] }): string {
  const { text: result, matches } = createModerator(lists).moderate(text);
  const lines = [result, ""];
  if (matches.length === 0) lines.push("Nothing is starred.");
  for (const { start, end, word } of matches) {
    const hit = text.slice(start, end);
    const undone = disguisesOf(hit, word);
    lines.push(
      `${JSON.stringify(hit)} hits the entry ${JSON.stringify(word)}, characters ${start} to ${end}`,
      `  undone: ${undone.length > 0 ? undone.join("; ") : "nothing, it is written plainly"}`,
    );
  }
  for (const { text: near, entry, why } of nearMisses(text, lists.words, matches)) {
    lines.push(`${JSON.stringify(near)} is nearly the entry ${JSON.stringify(entry)}, but no hit: ${why}`);
  }
  return `${lines.join("\n")}\n`;
}

await runAsCommand(import.meta.url, {
  name: "explain",
  does: "Says what the function stars out in a text, which entry of the list each hit is, which disguises were undone, and what is\nnearly a hit. The rules are numbered in docs/accuracy.md.\nThe list is BANNED_WORDS and ALLOWED_WORDS of the environment or .env, or else lambda/words.txt.",
  words: '"text"',
  async run(_options, words) {
    readDotenv({ quiet: true });
    const text = words.join(" ");
    if (text === "") throw new UsageError("explain needs a text.");
    const { BANNED_WORDS: banned, ALLOWED_WORDS: allowed } = process.env;
    process.stdout.write(explain(text, loadWords({ banned, allowed })));
  },
});
