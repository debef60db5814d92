/**
 * `npm run explain -- "text"`: what the policy does to a text, by which rules, lists and entries, which disguises were
 * undone, and near misses.
 */
import { config as readDotenv } from "dotenv";
import { applyPolicy } from "../decide/apply-policy.ts";
import { disguisesOf, nearMisses } from "../moderation/index.ts";
import { readEntry } from "../moderation/list/entry.ts";
import type { Span } from "../policy/conditions/condition.ts";
import { loadWords } from "../policy/configured-words.ts";
import { policyForWords } from "../policy/default-policy.ts";
import type { Policy } from "../policy/policy.ts";
import { runAsCommand, UsageError } from "./run-as-command.ts";

/** A few lines for people about what a policy does to a text, said by somebody who said nothing else. */
export async function explain(
  text: string,
  policy: Policy,
  { room = "lobby", words = [] }: { readonly room?: string; readonly words?: readonly string[] } = {},
): Promise<string> {
  await policy.load();
  const now = Date.now();
  const decision = applyPolicy({ text, room, at: now }, { policy, recent: [], now });
  const lines = [decision.text, ""];
  if (decision.action !== "publish" && decision.action !== "mask") lines.push(`It would be ${PAST[decision.action]}.`);
  if (decision.rules.length === 0) lines.push("No rule applies; nothing is starred.");
  for (const { name, action, spans, why } of decision.rules) {
    const rule = `by the rule ${JSON.stringify(name)} (${action})`;
    if (spans.length === 0) lines.push(`The whole text, ${rule}${why === undefined ? "" : `: ${why}`}`);
    for (const span of spans) lines.push(...linesOf(text, span, rule));
  }
  const hits = decision.rules.flatMap(({ spans }) => spans.map(({ word = "", ...span }) => ({ ...span, word })));
  for (const { text: near, entry, why } of nearMisses(text, words, hits)) {
    lines.push(`${JSON.stringify(near)} is nearly the entry ${JSON.stringify(entry)}, but no hit: ${why}`);
  }
  return `${lines.join("\n")}\n`;
}

const PAST = { block: "refused", hold: "held for a moderator", flag: "published, and shown to moderators" } as const;

function linesOf(text: string, { start, end, word, list }: Span, rule: string): string[] {
  const hit = text.slice(start, end);
  const where = `characters ${start} to ${end}, ${rule}`;
  if (word === undefined) return [`${JSON.stringify(hit)}, ${where}`];
  const undone = disguisesOf(hit, word);
  const ofList = list === undefined ? "" : ` of the list ${JSON.stringify(list)}`;
  return [
    `${JSON.stringify(hit)} hits the entry ${JSON.stringify(word)}${ofList}, ${where}`,
    ...meantBy(word),
    `  undone: ${undone.length > 0 ? undone.join("; ") : "nothing, it is written plainly"}`,
  ];
}

/** What the sign before an entry asks for. */
function meantBy(word: string): string[] {
  const { exact, varied } = readEntry(word);
  if (exact) return ["  = asks for this spelling alone, in capital or small letters"];
  return varied ? ["  ~ asks for other ways of writing it too"] : [];
}

await runAsCommand(import.meta.url, {
  name: "explain",
  does: "Says what lambda/policy.json does to a text: by which rules, which entry of which list each hit is, which disguises were\nundone, and what is nearly a hit. The rules of hits are numbered in docs/accuracy.md. The list is BANNED_WORDS and ALLOWED_WORDS of the environment or .env, or else lambda/words.txt.",
  options: { room: { type: "string", default: "lobby", value: "ROOM", says: "in which room it is said" } },
  words: '"text"',
  async run({ room }, words) {
    readDotenv({ quiet: true });
    const text = words.join(" ");
    if (text === "") throw new UsageError("explain needs a text.");
    const { BANNED_WORDS: banned, ALLOWED_WORDS: allowed } = process.env;
    const file = loadWords({ banned, allowed });
    process.stdout.write(await explain(text, policyForWords(file), { room, words: file.words }));
  },
});
