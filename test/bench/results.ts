/** The results of a run as a file: what documents and charts are made from. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import * as z from "zod";
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

const Results = z.object({
  date: z.string(),
  machine: z.object({ processor: z.string(), cores: z.number(), memoryGb: z.number(), node: z.string() }),
  tables: z.array(
    z.object({
      title: z.string(),
      rows: z.array(z.object({ measure: z.string(), ours: z.string(), other: z.string() })),
    }),
  ),
});

export type Results = z.infer<typeof Results>;

/** Reads what `saveResults` has written. */
export const readResults = (file: string | URL): Results => Results.parse(JSON.parse(readFileSync(file, "utf8")));

/** Our figure of a row, without its unit; throws when there is no such row. */
export function figureOf({ tables }: Results, measure: string): number {
  const row = tables.flatMap(({ rows }) => rows).find((found) => found.measure === measure);
  const figure = Number.parseFloat((row?.ours ?? "").replaceAll(",", ""));
  if (Number.isNaN(figure)) throw new Error(`there is no figure for ${JSON.stringify(measure)}`);
  return figure;
}
