/** `npm run explain -- "text"`: what is starred in a text, by which entry, and which disguises were undone. */
import { fileURLToPath } from "node:url";
import { createModerator } from "../moderation/index.ts";
import { disguisesOf } from "../moderation/result/disguises.ts";
import { loadWords } from "../policy/word-list.ts";

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
  return `${lines.join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = process.argv.slice(2).join(" ");
  if (text === "") {
    process.stderr.write('usage: npm run explain -- "text"\n');
    process.exitCode = 2;
  } else {
    const { BANNED_WORDS: banned, ALLOWED_WORDS: allowed } = process.env;
    process.stdout.write(explain(text, loadWords({ banned, allowed })));
  }
}
