/** `npm run soak`: people at the real product for as long as one likes, and a verdict. */
import { runAsCommand, UsageError } from "../../../lambda/commands/run-as-command.ts";
import { createProgress } from "../../bench/progress.ts";
import { saveResults } from "../../bench/results.ts";
import { formatTable, isMet, type Row, type Table } from "../../bench/table.ts";
import { soak } from "./run.ts";

const MINUTE = 60_000;

function numberOf(name: string, text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) === 0) {
    throw new UsageError(`--${name} takes a whole number from 1 to 9999, not ${JSON.stringify(text)}.`);
  }
  return Number(text);
}

/** A figure that nothing is compared with. */
const plainRow = ([measure, figure]: readonly [string, string | number]): Row => ({
  measure,
  ours: String(figure),
  other: "",
  ratio: 1,
});

await runAsCommand(import.meta.url, {
  name: "soak",
  does: "Lets people come, write, lose sockets and leave at the real product in local mode, whose function fails one call in\nfifty and which is restarted once. Fails when a message was lost or doubled, or memory grew over the second half.",
  options: {
    minutes: {
      type: "string",
      default: "15",
      value: "N",
      says: "how long; 15 by default, and less than 10 says little about memory",
    },
    people: { type: "string", default: "24", value: "N", says: "how many at a time; 24 by default" },
    json: { type: "string", value: "FILE", says: "also writes all figures to a file, with machine and date" },
  },
  async run({ minutes, people, json }) {
    const progress = createProgress();
    const { tried, rows } = await soak({
      ms: numberOf("minutes", minutes) * MINUTE,
      people: numberOf("people", people),
      writeMs: 4_000,
      changeMs: 10_000,
      dropMs: 3_000,
      cutMs: 45_000,
      awayMs: 130_000,
      tokenTtlMs: MINUTE,
      sessionTtlMs: 2 * MINUTE,
      resumePublishes: 50,
      patienceMs: 2 * MINUTE,
      growth: 0.05,
      show: (what) => progress.step(what),
    });
    progress.end();
    for (const [what, figure] of tried) process.stdout.write(`${what.padEnd(52)} ${figure}\n`);
    const table: Table = { title: `soak: ${minutes} min, ${people} people`, rows };
    process.stdout.write(formatTable(table));
    if (json !== undefined) await saveResults(json, [{ ...table, rows: [...tried.map(plainRow), ...rows] }]);
    const isWell = rows.every(isMet);
    process.stdout.write(isWell ? "\nall is well\n" : "\nBROKEN\n");
    // the SDK keeps a timer or two
    process.exit(isWell ? 0 : 1);
  },
});
