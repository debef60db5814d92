/**
 * `npm run bench -- policy`: what rules and lists cost a message. Two policies take turns: the one that comes with the
 * product, and one of 50 rules with 10,000 entries in 20 lists. And how soon a change is in force in every container.
 */
import { createRequire } from "node:module";
import { applyPolicy } from "../../lambda/decide/apply-policy.ts";
import { policyForWords } from "../../lambda/policy/default-policy.ts";
import { compilePolicy, type Policy } from "../../lambda/policy/policy.ts";
import { parsePolicy } from "../../lambda/policy/schema.ts";
import { changesInForce } from "./policy/changes-in-force.ts";
import { median, type Table } from "./table.ts";

const LISTS = 20;
const ENTRIES = 10_000;
const MOST_MS = 0.1;
const MESSAGES = 4_000;

const FILE = { words: ["potato"], allow: [] };
const TEXTS = [
  "hello there, how is everybody today?",
  "I think the meeting starts at ten, see you in the usual room",
  "ok",
  "did you see the match yesterday, what a goal it was in the last minute",
] as const;
const HIT = "did you see the potato yesterday";

/** Measure, and hand over the table. */
export async function run(args: readonly string[], show: (table: Table) => void): Promise<void> {
  const rounds = args.includes("--quick") ? 5 : 21;
  const [usual, large] = [policyForWords(FILE), largePolicy()];
  await Promise.all([usual.load(), large.load()]);
  const times = { usual: [] as number[], large: [] as number[], hit: [] as number[] };
  for (let round = 0; round < rounds + 3; round += 1) {
    const each = { usual: messageMs(usual, TEXTS), large: messageMs(large, TEXTS), hit: messageMs(large, [HIT]) };
    if (round < 3) continue; // warm-up
    for (const name of ["usual", "large", "hit"] as const) times[name].push(each[name]);
  }
  const row = (measure: string, ours: number) => ({
    measure,
    ours: `${ours.toFixed(4)} ms`,
    other: `${MOST_MS} ms`,
    ratio: ours / MOST_MS,
    target: { at: "most" as const, ratio: 1 },
  });
  const base = median(times.usual);
  show({
    title: `policy: a warm message under 50 rules and ${ENTRIES.toLocaleString("en")} entries, beyond the usual policy's ${base.toFixed(4)} ms`,
    rows: [
      row("a message in which nothing is found", median(times.large) - base),
      row("a message with a hit", median(times.hit) - base),
    ],
  });
  show(await changesInForce(args.includes("--quick") ? 2 : 10));
}

function messageMs(policy: Policy, texts: readonly string[]): number {
  const startedAt = performance.now();
  for (let n = 0; n < MESSAGES; n += 1) {
    applyPolicy({ text: `${texts[n % texts.length]} ${n}`, room: "lobby", at: n }, { policy, recent: [], now: n });
  }
  return (performance.now() - startedAt) / MESSAGES;
}

/** Words that no text of ours has, so that what is measured is the search and not the hits. */
function largePolicy(): Policy {
  const english: string[] = createRequire(import.meta.url)("an-array-of-english-words");
  const words = english.filter((word) => word.length > 5);
  const entry = (n: number) => `${words[n * Math.floor(words.length / ENTRIES)]}zq`;
  const size = ENTRIES / LISTS;
  const lists = Object.fromEntries(
    Array.from({ length: LISTS }, (_, list) => [
      `list ${list}`,
      [...(list === 0 ? ["potato"] : []), ...Array.from({ length: size }, (_entry, n) => entry(list * size + n))].slice(
        0,
        size,
      ),
    ]),
  );
  const rules = Array.from({ length: 50 }, (_, n) => ruleOf(n));
  const parsed = parsePolicy({ lists, rules });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ path, message }) => `${path}: ${message}`).join("; "));
  return compilePolicy(parsed.document, { file: FILE });
}

/** Twenty rules of words, ten of links, ten of capitals, ten of floods. */
function ruleOf(n: number): object {
  const name = `rule ${n}`;
  if (n < LISTS) return { name, when: { words: [`list ${n}`] }, action: n % 2 === 0 ? "mask" : "block" };
  if (n < 30) return { name, when: { links: { allow: [`example${n}.com`] } }, action: "hold" };
  if (n < 40) return { name, when: { capitals: { share: 0.7, letters: n } }, action: "flag" };
  return { name, when: { flood: { messages: n, seconds: 5 } }, action: "block" };
}
