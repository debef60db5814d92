/** The results of a run as a file: what documents and charts are made from. */
import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { isMet, type Table } from "./table.ts";

/** Writes the tables with the machine and the day on which they were measured. */
export async function saveResults(file: string, tables: readonly Table[]): Promise<void> {
  const results = {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processor: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    tables: tables.map(({ title, rows }) => ({ title, rows: rows.map((row) => ({ ...row, met: isMet(row) })) })),
  };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}
