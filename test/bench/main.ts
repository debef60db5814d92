/**
 * `npm run bench -- [name] [--quick] [row …]`: measures a part of the product against its targets. Each part lives in a
 * file of its own beside this one; it prints its table and sets a failing exit code when a target is missed.
 */
import { runAsCommand, UsageError } from "../../lambda/commands/run-as-command.ts";
import { type Bench, isBench } from "./bench.ts";
import { createProgress, print } from "./progress.ts";
import { addedTo, saveResults } from "./results.ts";
import { formatTable, goalsOf, isMet, type Table } from "./table.ts";

const NAMES = ["broker", "desk", "engine", "function", "packages", "page", "pipeline", "policy", "growth"];

async function load(name: string): Promise<Bench | undefined> {
  try {
    const found: unknown = await import(new URL(`./${name}.ts`, import.meta.url).href);
    return isBench(found) ? found : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** What every bench understands, and what only some do: each takes what is for it. */
const OPTIONS = {
  quick: { type: "boolean", default: false, says: "fewer rounds and cases" },
  json: { type: "string", value: "FILE", says: "also writes the tables to a file, with machine and date" },
  into: { type: "string", value: "FILE", says: "as --json, and keeps the rows there that are not measured now" },
  rounds: { type: "string", value: "N", says: "broker, pipeline: how many rounds" },
  subscribers: { type: "string", value: "N,M", says: "broker: the sizes of the fan-outs" },
  rates: { type: "string", value: "N,M", says: "pipeline: messages a second" },
  readers: {
    type: "string",
    value: "N,M",
    says: "pipeline: how many get them, with --rates; leaves the conversation out",
  },
  modes: { type: "string", value: "NAME,NAME", says: "pipeline: single, batch, both, batch without stars, direct" },
  starts: { type: "string", value: "N", says: "function: how many cold starts" },
  calls: { type: "string", value: "N", says: "function: how many calls" },
  seed: { type: "string", value: "N", says: "engine: other generated cases" },
} as const;

await runAsCommand(import.meta.url, {
  name: "bench",
  does: `Measures a part of the product against its targets, or all of them: ${NAMES.join(", ")}.\nRows of a part may be named: npm run bench -- broker fanout. Fails when a target is missed.`,
  options: OPTIONS,
  words: "[part] [row ...]",
  async run(values, words) {
    const [first, ...rows] = words;
    if (first !== undefined && !NAMES.includes(first)) {
      throw new UsageError(`There is no bench of the name ${first}; there are ${NAMES.join(", ")}.`);
    }
    const { json, into, ...others } = values;
    const args = Object.entries(others).flatMap(([name, value]) =>
      typeof value === "string" ? [`--${name}=${value}`] : value ? [`--${name}`] : [],
    );
    const tables: Table[] = [];
    const show = (table: Table) => {
      tables.push(table);
      print(formatTable(table).trimEnd());
    };
    const progress = createProgress();
    for (const name of first === undefined ? NAMES : [first]) {
      const bench = await load(name);
      if (bench === undefined) throw new Error(`the bench ${name} exports no run`);
      progress.step(name);
      await bench.run([...rows, ...args], show, { ...progress, step: (what) => progress.step(`${name}: ${what}`) });
    }
    progress.end();
    const goals = goalsOf(tables);
    if (tables.length > 1) process.stdout.write(formatTable({ title: "All goals", rows: goals }));
    process.stdout.write(`\n${goals.filter(isMet).length} of ${goals.length} goals are met.\n`);
    if (json !== undefined) await saveResults(json, tables);
    if (into !== undefined) await saveResults(into, addedTo(into, tables));
    return goals.every(isMet) ? undefined : 1;
  },
});
