/**
 * `npm run bench -- growth`: how the rule's queue behaves at other rates, and what a million messages cost. Computed, not
 * measured: `docs/growth.md` shows the same tables, and a test holds the simulation to the embedded broker.
 */
import { growthTables } from "./growth/tables.ts";

/** Prints the tables. */
export async function run(): Promise<void> {
  for (const { title, lines } of growthTables()) process.stdout.write(`\n${title}\n${lines.join("\n")}\n`);
}
