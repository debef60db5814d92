/**
 * `npm run bench -- growth`: how the rule's queue behaves at other rates, what a million messages cost, and what was measured
 * last of the path and of a soak run. `docs/growth.md` shows the same tables, and a test holds the simulation to the embedded broker.
 */
import { growthTables } from "./growth/tables.ts";

/** Prints the tables. */
export async function run(): Promise<void> {
  for (const { title, lines } of growthTables()) process.stdout.write(`\n${title}\n${lines.join("\n")}\n`);
}
